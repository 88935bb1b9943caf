import type { Job } from "../../api/jobs";
import type { Channel } from "../../api/youtube";

export type Publication = Job & { published: NonNullable<Job["published"]> };

/** What was deleted is no publication any more. */
export const isPublication = (job: Job): job is Publication => job.kind === "publish" && job.published !== null && !job.deleted;

export const publicationsOf = (render: string, jobs: readonly Job[]): Publication[] =>
  jobs.filter(isPublication).filter(({ published }) => published.render_id === render);

const privacies: Record<string, string> = { private: "private", unlisted: "unlisted", public: "public" };

/** How far it is, in words. */
export function publicationState({ status, published }: Publication): string {
  switch (status) {
    case "queued":
      return "Waiting to begin";
    case "running":
      return published.size > 0 && published.sent >= published.size ? "YouTube is taking it in" : "Sending it to YouTube";
    case "succeeded":
      return `On YouTube, ${privacies[published.privacy] ?? published.privacy}`;
    case "failed":
      return "Could not be published";
    case "canceled":
      return "Canceled";
  }
}

/** Whether an address is one of YouTube's, or of what plays YouTube on this machine. */
export function watchable(url: string): boolean {
  return URL.canParse(url) && ["https:", "http:"].includes(new URL(url).protocol);
}

/** Whether it ended without a video, so that it can be tried again. */
export const isStopped = ({ status }: Job) => status === "failed" || status === "canceled";

/** Whether trying again sends only what YouTube does not have. What it forgot is sent anew, and may be there a second time. */
export const goesOn = (job: Publication) =>
  isStopped(job) && !job.published.lost && job.published.size > 0 && job.published.sent > 0;

/**
 * What leads on from a publication that stopped. The channel as it is now counts;
 * what the publication failed with may be mended, and says only that another one
 * may be wanted. While nothing is known of the channel, it is all there is. Where
 * YouTube is not set up, nothing leads on.
 */
export function waysOn(job: Publication, channel: Channel | undefined): { retry: boolean; connect: boolean } {
  if (!isStopped(job) || channel?.set_up === false) return { retry: false, connect: false };
  const broke = job.error?.code === "youtube_not_connected";
  if (channel === undefined) return { retry: !broke, connect: broke };
  return { retry: channel.connected, connect: broke || !channel.connected };
}

interface Listed {
  pages: readonly { items: readonly Job[] }[];
}

/**
 * Whether a list of jobs, the newest first, holds every publication of a video:
 * those are newer than the video, so they come before it.
 */
export const holdsAllOf = (render: string, listed: Listed | undefined, more: boolean): boolean =>
  listed !== undefined && (!more || listed.pages.some(({ items }) => items.some(({ id }) => id === render)));
