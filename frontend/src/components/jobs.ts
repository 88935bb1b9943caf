import type { Job } from "../api/jobs";

const steps: Record<string, string> = {
  queued: "Waiting to begin",
  plan: "Getting ready",
  image: "Painting the pictures",
  voice: "Reading the text aloud",
  encode: "Filming the scenes",
  assemble: "Putting it all together",
  upload: "Sending it to YouTube",
  done: "Ready",
};

/** What a job is doing, for a person. */
export const stepText = (step: Job["step"]) => steps[step] ?? "Working";

const states: Record<Job["status"], string> = {
  queued: "Queued",
  running: "Making",
  succeeded: "Ready",
  failed: "Failed",
  canceled: "Canceled",
};

export const stateText = (status: Job["status"]) => states[status];
