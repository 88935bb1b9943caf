import { ApiError, fieldErrors, fieldSentence, hasCode, sentenceFor, sentenceForJob } from "../../api/problem";

/** Of these only the API's detail says what is in the way: the words of the app for them are about videos in the making, or say less. */
const told = [
  "publish_failed",
  "youtube_not_connected",
  "youtube_refused",
  "job_not_cancelable",
  "job_not_retryable",
  "too_many_jobs",
  "conflict",
];

/** Why a publication failed. */
export function whyItFailed(error: { code: string; detail: string } | null): string {
  if (error === null) return "YouTube did not take the video.";
  const { code, detail } = error;
  return told.includes(code) && detail !== "" ? detail : sentenceForJob(code, detail);
}

/** What to call a field that has no place of its own for what is wrong with it. */
const subjects: Record<string, string> = { job_id: "video", privacy: "choice of who sees it" };

/** Why something about YouTube was refused. What is wrong with `drawn` fields is said beside them. */
export function whyRefused(error: unknown, drawn: readonly string[] = []): string {
  const fields = [...fieldErrors(error)].filter(([field]) => !drawn.includes(field));
  if (fields.length > 0) return fields.map(([field, message]) => fieldSentence(subjects[field] ?? field, message)).join(" ");
  return error instanceof ApiError && told.includes(error.code) && error.problem.detail !== ""
    ? error.problem.detail
    : sentenceFor(error);
}

/** Whether everything that is wrong is said beside a field that is drawn. */
export function saidBeside(error: unknown, drawn: readonly string[]): boolean {
  const fields = [...fieldErrors(error).keys()];
  return fields.length > 0 && fields.every((field) => drawn.includes(field));
}

/** Whether the same request can do better later. */
export const canDoBetter = (error: unknown) =>
  !hasCode(
    error,
    "youtube_not_connected",
    "youtube_not_set_up",
    "job_not_cancelable",
    "job_not_retryable",
    "conflict",
    "invalid_input",
    "not_found",
  );
