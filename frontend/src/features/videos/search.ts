import type { Job } from "../../api/jobs";

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Jobs whose title has every word of the query in it, whatever its case and accents. */
export function matching(jobs: readonly Job[], query: string): Job[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  return jobs.filter((job) => words.every((word) => plain(job.title).includes(word)));
}

/** What was deleted is no video any more; and what publishes one is none. */
export const isListed = (job: Job) => job.kind === "render" && !job.deleted;
