import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { components } from "./schema";

export type Usage = components["schemas"]["Usage"];
export type UsageLine = Usage["metrics"][number];

export const usageQuery = queryOptions({
  queryKey: ["usage"],
  queryFn: ({ signal }): Promise<Usage> => answer(api.GET("/api/usage", { signal })),
});
