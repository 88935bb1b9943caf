import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { components } from "./schema";

export type Template = components["schemas"]["Template"];
export type Voice = components["schemas"]["VoicePage"]["items"][number];

// What is built in changes with a deployment only.
const HOUR_MS = 3_600_000;

export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  queryFn: async ({ signal }): Promise<Template[]> => {
    const page = await answer(api.GET("/api/v1/templates", { signal }));
    return page.items;
  },
  staleTime: HOUR_MS,
});

export const voicesQuery = queryOptions({
  queryKey: ["voices"],
  queryFn: async ({ signal }): Promise<Voice[]> => {
    const page = await answer(api.GET("/api/v1/voices", { signal }));
    return page.items;
  },
  staleTime: HOUR_MS,
});
