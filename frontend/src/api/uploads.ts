import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import { nextLook } from "./polling";
import { hasCode } from "./problem";
import { projectsPage, type Project } from "./projects";
import type { components } from "./schema";
import { SIGNED_MS } from "./signed";

export type Upload = components["schemas"]["UploadAnswer"];
export type UploadForm = components["schemas"]["UploadForm"];
export type UploadKind = Upload["kind"];

/** What somebody has uploaded, newest first; of one kind, or of both. */
export const uploadsQuery = (kind?: UploadKind) =>
  infiniteQueryOptions({
    queryKey: ["uploads", kind ?? "all"],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/uploads", {
          params: { query: { limit: 24, ...(kind && { kind }), ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    staleTime: SIGNED_MS,
    refetchInterval: SIGNED_MS,
  });

export const uploadQuery = (id: string) =>
  queryOptions({
    queryKey: ["upload", id],
    queryFn: ({ signal }): Promise<Upload> => answer(api.GET("/api/v1/uploads/{id}", { params: { path: { id } }, signal })),
    staleTime: SIGNED_MS,
    refetchInterval: ({ state: { error } }) => (error ? false : SIGNED_MS),
  });

/** Where an upload or a preview is used: what one should know before deleting it. */
export const usesQuery = (id: string) =>
  queryOptions({
    queryKey: ["projects", "using", id],
    queryFn: async ({ signal }): Promise<Project[]> => {
      const found: Project[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const page: Awaited<ReturnType<typeof projectsPage>> = await projectsPage(100, cursor, signal);
        found.push(
          ...page.items.filter((p) => p.music_upload_id === id || p.scenes.some((s) => s.upload_id === id || s.image_id === id)),
        );
        cursor = page.next_cursor;
      }
      return found;
    },
    staleTime: 0,
  });

export const announceUpload = (file: { filename: string; content_type: string; size: number }, key: string): Promise<Upload> =>
  answer(
    api.POST("/api/v1/uploads", {
      params: { header: { "Idempotency-Key": key } },
      body: file,
    }),
  );

/** Has a posted file checked, and waits until that has ended. */
export async function completeUpload(id: string, key: string): Promise<Upload> {
  let upload: Upload = await answer(
    api.POST("/api/v1/uploads/{id}/complete", { params: { path: { id }, header: { "Idempotency-Key": key } } }),
  );
  for (const began = Date.now(); upload.status === "checking";) {
    await nextLook(began);
    upload = await answer(api.GET("/api/v1/uploads/{id}", { params: { path: { id } } }));
  }
  return upload;
}

/** Deletes an upload; that it is gone already is fine. */
export async function deleteUpload(id: string) {
  try {
    await answer(api.DELETE("/api/v1/uploads/{id}", { params: { path: { id } } }));
  } catch (error) {
    if (!hasCode(error, "not_found")) throw error;
  }
}
