import type { Job } from "../../api/jobs";

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
