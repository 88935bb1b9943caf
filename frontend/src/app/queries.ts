import { QueryClient } from "@tanstack/react-query";
import { restAfter } from "../api/polling";
import { isPassing } from "../api/problem";

/** Who is asked to wait longer than this, in seconds, is told so instead. */
const PATIENCE_S = 5;

/** One policy for everything that is read: ask again only where that can help. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && isPassing(error) && restAfter(error) <= PATIENCE_S,
        retryDelay: (failures, error) => Math.max(1_000 * 2 ** failures, restAfter(error) * 1_000),
        // A request that fails says more than the browser's guess that it is offline.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
