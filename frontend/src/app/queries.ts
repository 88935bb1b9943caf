import { QueryClient } from "@tanstack/react-query";
import { isPassing } from "../api/problem";

/** One policy for everything that is read: ask again only where that can help. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        // A request that fails says more than the browser's guess that it is offline.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
