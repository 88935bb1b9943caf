import { createIntention } from "./intention";
import { ApiError, hasCode, isPassing, UnreachableError } from "./problem";
import type { Upload, UploadForm } from "./uploads";

/** Where a file on its way is. `sent` is the part from 0 to 1. */
export type Sending =
  | { state: "sending"; sent: number }
  | { state: "checking" }
  | { state: "failed"; error: unknown; /** Trying again can help. */ again: boolean }
  | { state: "ready"; upload: Upload }
  | { state: "canceled" };

/** The store did not take a posted file, for a reason that it gives to programs only. */
export class PostRefusedError extends Error {
  constructor(status: number) {
    super(`The store answered ${status}`);
    this.name = "PostRefusedError";
  }
}

/** What a file is sent with: the API and the network or, in the tests, others. */
export interface Parts {
  announce: (key: string) => Promise<Upload>;
  post: (form: UploadForm, type: string, onSent: (part: number) => void, signal: AbortSignal) => Promise<void>;
  complete: (id: string, key: string) => Promise<Upload>;
  remove: (id: string) => Promise<void>;
  now: () => number;
}

/**
 * Sends one file: announces it, posts it, has it looked at. What fails for a
 * passing reason goes on where it was when it is tried again, under the same
 * keys, so that the quota is charged once.
 */
export function createSending(parts: Parts) {
  let view: Sending = { state: "sending", sent: 0 };
  let announced: Upload | undefined;
  let posted = false;
  const stop = new AbortController();
  const carryOut = createIntention();
  const listeners = new Set<() => void>();

  function show(next: Sending) {
    if (view.state === "canceled") return;
    view = next;
    for (const listener of listeners) listener();
  }

  /** The form of the upload; of a new one when the time of the first is up. */
  async function form(): Promise<UploadForm> {
    const open = announced?.upload;
    if (announced && open && Date.parse(open.expires_at) > parts.now()) return open;
    await discard();
    const made = await carryOut("announce", parts.announce);
    announced = made;
    if (view.state === "canceled") await discard();
    if (!made.upload) throw new PostRefusedError(0); // a repeated call, long after the first: nothing can be posted to it
    return made.upload;
  }

  /** Gives back what an upload that will not be finished holds of the quota. The API does so too, later. */
  async function discard() {
    const old = announced;
    announced = undefined;
    posted = false;
    if (old) await parts.remove(old.id).catch(() => undefined);
  }

  async function post() {
    if (posted) return;
    show({ state: "sending", sent: 0 });
    const open = await form();
    const signal = stop.signal;
    signal.throwIfAborted();
    await parts.post(open, announced?.content_type ?? "", (sent) => show({ state: "sending", sent }), signal);
    posted = true;
  }

  async function check(): Promise<Upload> {
    show({ state: "checking" });
    const id = announced?.id ?? "";
    return carryOut(`complete ${id}`, (key) => parts.complete(id, key));
  }

  async function run() {
    try {
      await post();
      settle(await check());
    } catch (error) {
      if (view.state === "canceled") return;
      if (hasCode(error, "upload_missing")) posted = false;
      const anew = error instanceof PostRefusedError || hasCode(error, "not_found");
      if (anew) await discard();
      show({ state: "failed", error, again: anew || isPassing(error) || hasCode(error, "upload_missing") });
    }
  }

  function settle(upload: Upload) {
    if (upload.status === "ready") show({ state: "ready", upload });
    else show({ state: "failed", error: rejection(upload), again: false });
  }

  return {
    view: () => view,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: run,
    /** Goes on after a failure that can pass. */
    retry: async () => {
      if (view.state !== "failed" || !view.again) return;
      await run();
    },
    cancel: async () => {
      if (view.state === "ready" || view.state === "canceled") return;
      show({ state: "canceled" });
      stop.abort();
      await discard();
    },
  };
}

export type SendingFile = ReturnType<typeof createSending>;

/** Why an upload was rejected, as the API answers it the first time. */
function rejection(upload: Upload): ApiError {
  const fallback = { type: "about:blank", title: "", status: 422, code: "upload_rejected", detail: "", instance: "" };
  return new ApiError(upload.error ?? fallback);
}

/** How long nothing may move, in ms, until a post counts as broken off. */
const STALLED_MS = 60_000;

/** Posts a file to the store: the form's fields first, in their order, the file last. */
export function postFile(
  file: Blob,
  form: UploadForm,
  type: string,
  onSent: (part: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  if (!("Content-Type" in form.fields)) body.append("Content-Type", type);
  body.append("file", file);
  return new Promise((resolve, reject) => {
    // fetch does not tell how much of a body is sent.
    const request = new XMLHttpRequest();
    request.open("POST", form.url);
    let stalled = false;
    const stop = () => {
      stalled = true;
      request.abort();
    };
    let watch = setTimeout(stop, STALLED_MS);
    request.upload.onprogress = (event) => {
      clearTimeout(watch);
      watch = setTimeout(stop, STALLED_MS);
      if (event.lengthComputable) onSent(event.loaded / event.total);
    };
    request.onload = () => (request.status < 300 ? resolve() : reject(refusalOf(request.status)));
    request.onerror = () => reject(new UnreachableError("the post broke off"));
    request.onabort = () =>
      reject(stalled ? new UnreachableError("nothing was heard of the post") : new DOMException("canceled", "AbortError"));
    request.onloadend = () => clearTimeout(watch);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

const refusalOf = (status: number) =>
  status >= 500 ? new UnreachableError(`the store answered ${status}`) : new PostRefusedError(status);
