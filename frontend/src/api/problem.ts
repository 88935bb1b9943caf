import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];

/** What the API answered instead of what was asked for. */
export class ApiError extends Error {
  readonly problem: Problem;
  /** Seconds to wait, from Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.title);
    this.name = "ApiError";
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code(): string {
    return this.problem.code;
  }
}

/** The API could not be reached, or did not answer in time. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super("The service could not be reached", { cause });
    this.name = "UnreachableError";
  }
}

export function hasCode(error: unknown, ...codes: string[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}

/** Whether asking again later can help without any change of the request. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.problem.status >= 500 || error.problem.status === 429;
  return error instanceof UnreachableError;
}

/**
 * The message of each invalid field, by its path in the request body, such as
 * `scenes[2].text`. Empty for any other error.
 */
export function fieldErrors(error: unknown): ReadonlyMap<string, string> {
  const fields = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return new Map(fields.map((f) => [f.field, f.message]));
}

/** A field's message as a sentence about it: most are a predicate, "is too long", some are a request. */
export function fieldSentence(subject: string, message: string): string {
  const predicate = /^(is|are|has|holds|must|may|can|cannot|needs)\b/.test(message);
  return predicate ? `The ${subject} ${message}.` : `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

const sentences: Record<string, string> = {
  unauthenticated: "You are signed out. Sign in to go on; nothing you wrote is lost.",
  forbidden: "Your account may not do this. Ask the owner of the account.",
  body_too_large: "This is too much text for one project. Shorten it or split it in two.",
  session_ended: "You are signed out. Sign in to go on; nothing you wrote is lost.",
  invitation_invalid: "This invitation no longer works. Ask whoever invited you for a new one.",
  address_in_use: "The invited address has an account of its own. Nothing was changed.",
  already_member: "This address belongs to the account already. Nobody was invited.",
  last_owner: "The account needs an owner. Make somebody else an owner first.",
  too_many_members:
    "Members and invitations together are as many as there can be. Remove a member or take an invitation back first.",
  too_many_keys: "The account has 20 API keys, and more are not possible. Revoke one that is not used.",
  link_invalid: "This link no longer works. Links work once and for 15 minutes.",
  mail_failed: "The mail could not be sent. Check the address, or try again in a minute.",
  mail_not_set_up: "Mail cannot be sent to this address from here yet. Whoever runs this service can set it up.",
  rate_limited: "That was a little fast. Wait a moment and try again.",
  too_many_jobs: "You have as many videos in the making as your plan allows. Wait until one is ready, or cancel one.",
  subscription_exists: "The account has a subscription already: change its plan instead of buying another one.",
  no_subscription: "There is no subscription that could be changed. It may have ended meanwhile.",
  plan_by_contact: "This plan is agreed with each customer. Write to us.",
  plan_granted: "The account's plan was agreed with you, and is in force whatever is bought. Write to us to change it.",
  billing_not_set_up: "Billing is not set up here. Whoever runs this service sets the plan.",
  payment_failed: "The payment service did not answer as it should. Try again; nothing is charged twice.",
  youtube_not_connected: "No YouTube channel is connected. Connect one first.",
  youtube_not_set_up: "Publishing to YouTube is not set up here. Whoever runs this service can set it up.",
  youtube_refused: "YouTube did not agree, or the consent came too late. Connect the channel again.",
  publish_failed: "YouTube did not take the video.",
  too_busy: "Very many videos are in the making right now, so yours could not begin. Nothing was charged.",
  sign_in_again: "What cannot be undone needs a sign-in within the last hour. Sign in again, then go on here.",
  export_running: "An export is being made already. It is below; another one can follow when it is done.",
  erasure_pending: "The account is to be erased already. Nothing was changed.",
  erasure_begun: "It is too late: the erasure has begun, and cannot be stopped any more.",
  quota_exceeded: "This needs more than is left of this month’s quota.",
  feature_not_in_plan: "Your plan does not include this.",
  invalid_input: "Something in it cannot be used. See the marked fields.",
  not_found: "This is not here any more. It may have been deleted.",
  precondition_failed: "This was changed in another tab or on another device.",
  conflict: "Somebody changed this at the same moment. Try again.",
  idempotency_key_reused: "This was sent before with other contents. Try again.",
  idempotency_in_progress: "This is already on its way. Wait a moment and try again.",
  project_not_ready: "Add a scene with some text first.",
  video_too_long: "One video can be 15 minutes long at most, 10 at 4K. Shorten the text or split it into two videos.",
  image_timeout: "The picture took too long. Try again, or describe it with fewer words.",
  image_failed: "A picture could not be made. Try again.",
  prompt_refused: "The picture's description was refused. Describe the picture differently.",
  service_busy: "The service that makes pictures or voices is busy. Wait a little and try again.",
  speech_failed: "The narration could not be made. Try again, or choose another voice.",
  encode_failed: "The video could not be put together. Try again; what is ready is kept.",
  encode_stalled: "The video took too long to put together. Try again; what is ready is kept.",
  storage_full: "The video needs more room than there was. Try again with a lower resolution.",
  render_interrupted: "The video was interrupted. Try again; what is ready is kept.",
  canceled: "You canceled this video. What is ready is kept if you go on.",
  upload_missing: "The file has not arrived yet. Choose it again.",
  upload_rejected: "This file cannot be used. Choose a JPEG, PNG, WebP, GIF, AVIF or HEIC picture, or an MP3, WAV or M4A sound.",
  job_still_running: "This video is still in the making. Cancel it first.",
  job_not_cancelable: "This video is already done.",
  job_not_retryable: "This video cannot be continued. Make it again from its project.",
  unavailable: "The service is busy. Try again in a moment.",
  internal: "Something went wrong on our side. Try again in a moment.",
};

const BROKEN = "Something went wrong in this page. Reload it and try again.";

/** A sentence a person can act on. */
export function sentenceFor(error: unknown): string {
  if (error instanceof UnreachableError) {
    return "DevotionalAI could not be reached. Check your connection and try again.";
  }
  if (!(error instanceof ApiError)) return BROKEN;
  const { detail } = error.problem;
  // What is not ready, and in which scene, only the detail tells.
  return hasCode(error, "project_not_ready") && detail !== "" ? detail : sentenceForCode(error.code, detail);
}

/** Whether the same call can do better without a change to what it is about. */
export const canPass = (error: unknown) => !hasCode(error, "project_not_ready", "video_too_long");

/** Why a job failed. What is wrong with a picture or a file, and in which scene, only the detail tells. */
export function sentenceForJob(code: string, detail: string): string {
  const told = code === "image_failed" || code === "prompt_refused" || code === "upload_rejected";
  return told && detail !== "" ? detail : sentenceForCode(code, detail);
}

/** Why something of that code was refused, or failed. */
export function sentenceForCode(code: string, detail: string): string {
  return sentences[code] ?? (detail === "" ? BROKEN : detail);
}
