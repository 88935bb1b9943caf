import { isOpen, type Export } from "../../api/rights";

/** What one can do with an export: wait, have it, know that there was one, or try again. */
export type Standing = "open" | "ready" | "gone" | "failed";

export function standingOf(e: Pick<Export, "status" | "expires_at">, now: Date): Standing {
  if (isOpen(e)) return "open";
  if (e.status === "failed") return "failed";
  return e.expires_at !== null && Date.parse(e.expires_at) > now.getTime() ? "ready" : "gone";
}

const steps: Record<string, string> = {
  listing: "Reading all that is in the account",
  packing: "Packing the archive",
  closing: "Closing the archive",
  finished: "Ready",
};

/** What an export does now. */
export const stepText = ({ status, step }: Pick<Export, "status" | "step">) =>
  status === "queued" ? "Waiting to begin" : (steps[step] ?? "Working");

/** Whole percent that are surely done. */
export const percentOf = ({ progress }: Pick<Export, "progress">) => Math.floor(Math.min(Math.max(progress, 0), 1) * 100);
