import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import { hasCode } from "./problem";
import type { components } from "./schema";
import { SIGNED_MS } from "./signed";

export type Project = components["schemas"]["ProjectAnswer"];
export type ProjectDraft = components["schemas"]["DraftRequest"];
export type Quote = components["schemas"]["Quote"];
export type Proposal = components["schemas"]["Proposal"];
export type Image = components["schemas"]["ImageAnswer"];

export const projectsPage = (limit: number, cursor: string, signal: AbortSignal) =>
  answer(api.GET("/api/v1/projects", { params: { query: { limit, ...(cursor && { cursor }) } }, signal }));

export const projectsQuery = infiniteQueryOptions({
  queryKey: ["projects"],
  queryFn: ({ pageParam, signal }) => projectsPage(12, pageParam, signal),
  initialPageParam: "",
  getNextPageParam: (page) => page.next_cursor,
});

export const projectQuery = (id: string) =>
  queryOptions({
    queryKey: ["project", id],
    queryFn: ({ signal }): Promise<Project> => answer(api.GET("/api/v1/projects/{id}", { params: { path: { id } }, signal })),
  });

export const quoteQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ["quote", id, version],
    queryFn: ({ signal }): Promise<Quote> =>
      answer(api.POST("/api/v1/projects/{id}/quote", { params: { path: { id } }, signal })),
  });

export const createProject = (draft: ProjectDraft, key: string): Promise<Project> =>
  answer(api.POST("/api/v1/projects", { params: { header: { "Idempotency-Key": key } }, body: draft }));

/** Changes a project that is at `version` still; another version is a precondition_failed problem. */
export const updateProject = (id: string, version: number, draft: ProjectDraft): Promise<Project> =>
  answer(
    api.PATCH("/api/v1/projects/{id}", {
      params: { path: { id }, header: { "If-Match": `"${version}"` } },
      body: draft,
    }),
  );

/** Proposes scenes for a whole text; writes nothing. */
export const splitText = (text: string, language: string): Promise<Proposal> =>
  answer(api.POST("/api/v1/projects/split", { body: { text, ...(language !== "" && { language }) } }));

export const deleteProject = (id: string) => answer(api.DELETE("/api/v1/projects/{id}", { params: { path: { id } } }));

export const imageQuery = (id: string) =>
  queryOptions({
    queryKey: ["image", id],
    queryFn: ({ signal }): Promise<Image> => answer(api.GET("/api/v1/images/{id}", { params: { path: { id } }, signal })),
    staleTime: SIGNED_MS,
    refetchInterval: SIGNED_MS,
  });

/** The pictures that somebody had made, newest first; those of one project, or all. */
export const imagesQuery = (project?: string) =>
  infiniteQueryOptions({
    queryKey: ["images", project ?? "all"],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/images", {
          params: { query: { limit: 24, ...(project && { project_id: project }), ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    staleTime: SIGNED_MS,
    refetchInterval: SIGNED_MS,
  });

export const previewImage = (project: string, prompt: string, aspect: Project["aspect"], key: string): Promise<Image> =>
  answer(
    api.POST("/api/v1/images", {
      params: { header: { "Idempotency-Key": key } },
      body: { prompt, aspect, project_id: project },
    }),
  );

/** Deletes a picture; that it is gone already is fine. */
export async function deleteImage(id: string) {
  try {
    await answer(api.DELETE("/api/v1/images/{id}", { params: { path: { id } } }));
  } catch (error) {
    if (!hasCode(error, "not_found")) throw error;
  }
}
