import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import { polling } from "./polling";
import type { components } from "./schema";
import { SIGNED_MS } from "./signed";

export type Job = components["schemas"]["JobAnswer"];

export const isOpen = (job: Job) => job.status === "queued" || job.status === "running";

export const jobsQuery = infiniteQueryOptions({
  queryKey: ["jobs"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/jobs", { params: { query: { limit: 24, ...(pageParam && { cursor: pageParam }) } }, signal })),
  initialPageParam: "",
  getNextPageParam: (page) => page.next_cursor,
});

const whileOpen = polling<Job>(
  (job) => (isOpen(job) ? `${job.attempt} ${job.status} ${job.step}` : undefined),
  (job) => job.video !== null && SIGNED_MS,
);

/** One job, asked for again while it is open: soon after each step, ever more seldom within one. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ["job", id],
    queryFn: ({ signal }): Promise<Job> => answer(api.GET("/api/v1/jobs/{id}", { params: { path: { id } }, signal })),
    refetchInterval: whileOpen,
  });

export const renderProject = (id: string, key: string): Promise<Job> =>
  answer(api.POST("/api/v1/projects/{id}/render", { params: { path: { id }, header: { "Idempotency-Key": key } } }));

export const cancelJob = (id: string): Promise<Job> => answer(api.DELETE("/api/v1/jobs/{id}", { params: { path: { id } } }));

export const retryJob = (id: string, key: string): Promise<Job> =>
  answer(api.POST("/api/v1/jobs/{id}/retry", { params: { path: { id }, header: { "Idempotency-Key": key } } }));

export const deleteVideo = (id: string) => answer(api.DELETE("/api/v1/jobs/{id}/video", { params: { path: { id } } }));
