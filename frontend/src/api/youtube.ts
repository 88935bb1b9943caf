import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { Job } from "./jobs";
import type { components } from "./schema";

export type Channel = components["schemas"]["ChannelAnswer"];
export type Publishing = components["schemas"]["PublishRequest"];
/** What Google adds to the address of the page that it sends a person back to. */
export type Consent = Required<components["schemas"]["ConsentRequest"]>;

export const channelQuery = queryOptions({
  queryKey: ["youtube"],
  queryFn: ({ signal }): Promise<Channel> => answer(api.GET("/api/v1/youtube", { signal })),
  staleTime: 60_000,
});

/** The address of Google's page where a person consents. */
export const consentPage = async (): Promise<string> => (await answer(api.POST("/api/v1/youtube/connect"))).url;

export const connectChannel = (consent: Consent): Promise<Channel> =>
  answer(api.POST("/api/v1/youtube/connect", { body: consent }));

export const disconnectChannel = () => answer(api.DELETE("/api/v1/youtube"));

export const publishVideo = (project: string, what: Publishing, key: string): Promise<Job> =>
  answer(
    api.POST("/api/v1/projects/{id}/publish", {
      params: { path: { id: project }, header: { "Idempotency-Key": key } },
      body: what,
    }),
  );
