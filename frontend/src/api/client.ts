import createClient from "openapi-fetch";
import { ApiError, UnreachableError } from "./problem";
import type { paths } from "./schema";
import { asError, createSession } from "./session";

// One painted picture may take 20 s; everything else answers at once.
const TIMEOUT_MS = 30_000;

export const session = createSession();

/** Sends a request as the signed-in user; once more when its token was refused. */
async function authorizedFetch(request: Request): Promise<Response> {
  const token = await session.token();
  const second = token === undefined ? undefined : request.clone();
  const response = await send(request, token);
  if (response.status !== 401 || !second) return response;
  const fresh = await session.token(token);
  return fresh === undefined ? response : send(second, fresh);
}

async function send(request: Request, token: string | undefined): Promise<Response> {
  if (token !== undefined) request.headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    throw new UnreachableError(cause);
  }
}

export const api = createClient<paths>({ fetch: authorizedFetch });

/** Calls that rest on what they carry, and on nobody's session. */
export const anybody = createClient<paths>({ credentials: "omit", fetch: (request) => send(request, undefined) });

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer; throws ApiError or UnreachableError. */
export async function answer<T>(call: Promise<Answered<T>>): Promise<T> {
  let answered: Answered<T>;
  try {
    answered = await call;
  } catch (cause) {
    if (cause instanceof ApiError || cause instanceof UnreachableError || isAbort(cause)) throw cause;
    throw new UnreachableError(cause); // the body broke off, or is none of ours
  }
  if (!answered.response.ok) throw asError(answered.response, answered.error);
  return answered.data as T;
}

const isAbort = (cause: unknown) => cause instanceof DOMException && cause.name === "AbortError";
