import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import { isPassing } from "./problem";
import type { components } from "./schema";
import { SIGNED_MS } from "./signed";

export type Job = components["schemas"]["JobAnswer"];

const POLL_MS = 1_500;

export const isOpen = (job: Job) => job.status === "queued" || job.status === "running";

export const jobsQuery = infiniteQueryOptions({
  queryKey: ["jobs"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/jobs", { params: { query: { limit: 24, ...(pageParam && { cursor: pageParam }) } }, signal })),
  initialPageParam: "",
  getNextPageParam: (page) => page.next_cursor,
});

/** One job, asked for again while it is open; more slowly where that does not work, and not where it cannot. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ["job", id],
    queryFn: ({ signal }): Promise<Job> => answer(api.GET("/api/v1/jobs/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data, error } }) => {
      if (error) return isPassing(error) ? 6 * POLL_MS : false;
      if (data && isOpen(data)) return POLL_MS;
      return data?.video ? SIGNED_MS : false;
    },
  });

export const renderProject = (id: string, key: string): Promise<Job> =>
  answer(api.POST("/api/v1/projects/{id}/render", { params: { path: { id }, header: { "Idempotency-Key": key } } }));

export const cancelJob = (id: string): Promise<Job> => answer(api.DELETE("/api/v1/jobs/{id}", { params: { path: { id } } }));

export const retryJob = (id: string, key: string): Promise<Job> =>
  answer(api.POST("/api/v1/jobs/{id}/retry", { params: { path: { id }, header: { "Idempotency-Key": key } } }));

export const deleteVideo = (id: string) => answer(api.DELETE("/api/v1/jobs/{id}/video", { params: { path: { id } } }));
