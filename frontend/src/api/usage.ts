import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { components } from "./schema";

export type Usage = components["schemas"]["Usage"];
export type UsageLine = Usage["metrics"][number];
export type Metric = UsageLine["metric"];
export type MonthUse = components["schemas"]["MonthUse"];

/** In the order in which they are shown everywhere. */
export const metrics = [
  "images_count",
  "tts_seconds",
  "render_minutes",
  "storage_mb",
  "uploads_count",
] as const satisfies readonly Metric[];

export const usageQuery = queryOptions({
  queryKey: ["usage"],
  queryFn: ({ signal }): Promise<Usage> => answer(api.GET("/api/usage", { signal })),
});

/** A month like 2026-10. The limits are those of now: the API keeps no other ones. */
export const monthQuery = (month: string) =>
  queryOptions({
    queryKey: ["usage", month],
    queryFn: ({ signal }): Promise<Usage> => answer(api.GET("/api/usage", { params: { query: { month } }, signal })),
  });

export const monthsQuery = infiniteQueryOptions({
  queryKey: ["usage", "months"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/usage/months", { params: { query: { limit: 12, ...(pageParam && { cursor: pageParam }) } }, signal })),
  initialPageParam: "",
  getNextPageParam: (page) => page.next_cursor,
});
