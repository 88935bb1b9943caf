import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, anybody, api } from "./client";
import { polling } from "./polling";
import type { components } from "./schema";

export type Export = components["schemas"]["ExportAnswer"];
export type Backup = components["schemas"]["BackupAnswer"];
/** Whether the account is to be erased, and when. */
export type Deletion = components["schemas"]["ErasureState"];
export type Closing = components["schemas"]["ClosingAnswer"];

export const isOpen = ({ status }: Pick<Export, "status">) => status === "queued" || status === "running";

const whileOpen = polling<Export>((item) => (isOpen(item) ? `${item.status} ${item.step}` : undefined));

export const exportsQuery = infiniteQueryOptions({
  queryKey: ["account", "exports"],
  queryFn: ({ pageParam, signal }) =>
    answer(
      api.GET("/api/account/exports", { params: { query: { limit: 10, ...(pageParam && { cursor: pageParam }) } }, signal }),
    ),
  initialPageParam: "",
  getNextPageParam: (page) => page.next_cursor,
});

/** One export, asked for again while it is made. */
export const exportQuery = (id: string) =>
  queryOptions({
    queryKey: ["account", "export", id],
    queryFn: () => readExport(id),
    staleTime: 0,
    refetchInterval: whileOpen,
  });

/** How an export stands, with a link to it that works for 15 minutes. */
export const readExport = (id: string): Promise<Export> =>
  answer(api.GET("/api/account/exports/{id}", { params: { path: { id } } }));

export const startExport = (key: string): Promise<Export> =>
  answer(api.POST("/api/account/export", { params: { header: { "Idempotency-Key": key } } }));

export const deletionQuery = queryOptions({
  queryKey: ["account", "deletion"],
  queryFn: ({ signal }): Promise<Deletion> => answer(api.GET("/api/account/deletion", { signal })),
  staleTime: 60_000,
});

export const closeAccount = (confirm: string): Promise<Closing> => answer(api.DELETE("/api/account", { body: { confirm } }));

export const keepAccount = (): Promise<Deletion> => answer(api.POST("/api/account/deletion/cancel", { body: {} }));

/** Takes a deletion back with what the mail about it carried, whoever is signed in here. */
export const keepByMail = (token: string): Promise<Deletion> =>
  answer(anybody.POST("/api/account/deletion/cancel", { body: { token } }));

export const backupQuery = queryOptions({
  queryKey: ["account", "backup"],
  queryFn: ({ signal }): Promise<Backup> => answer(api.GET("/api/account/backup", { signal })),
  staleTime: 60_000,
});
