import { kept } from "./kept";
import { ApiError, UnreachableError, type Problem } from "./problem";
import type { components } from "./schema";

type Grant = components["schemas"]["SessionAnswer"];
export type User = Grant["user"];

/** What pages may know of the session. The access token is not part of it. */
export type SessionView =
  | { readonly status: "unknown" }
  | { readonly status: "unreachable" }
  | { readonly status: "signed-out" }
  | { readonly status: "signed-in"; readonly user: User };

interface Held {
  token: string;
  /** From then on the token is exchanged; milliseconds since the epoch. */
  renewAt: number;
  user: User;
}

type Message = { kind: "granted"; held: Held } | { kind: "signed-out" };

/** A token is exchanged this long before it ends, or in its last fifth. */
const MARGIN_S = 30;
const TIMEOUT_MS = 15_000;
/**
 * A tab with a new token keeps the lock this long: those that wait for it have
 * the message by then. Locks and messages travel on ways of their own.
 */
const HEARD_MS = 250;
const NAME = "devotionalai-session";
/** Says that this browser was signed in; worth nothing to anybody. */
const HINT = "devotionalai-was-signed-in";

/**
 * The browser's session: an HttpOnly cookie that no script can read, and an
 * access token that lives in this closure alone. Of all tabs one at a time
 * exchanges the cookie (Web Locks); the others adopt what it got.
 */
export function createSession() {
  let held: Held | undefined;
  let view: SessionView = { status: "unknown" };
  let refreshing: Promise<string | undefined> | undefined;
  const listeners = new Set<() => void>();
  const channel = new BroadcastChannel(NAME);

  function show(next: SessionView) {
    const same =
      next.status === view.status &&
      (next.status !== "signed-in" || (view.status === "signed-in" && JSON.stringify(next.user) === JSON.stringify(view.user)));
    if (same) return; // a new token alone is nothing to draw
    view = next;
    for (const listener of listeners) listener();
  }

  function adopt(next: Held) {
    held = next;
    show({ status: "signed-in", user: next.user });
    kept.set(HINT, "yes"); // without it, the sign-in page asks nobody who comes back
  }

  function forget() {
    held = undefined;
    kept.remove(HINT);
    show({ status: "signed-out" });
  }

  function tell(message: Message) {
    channel.postMessage(message);
  }

  channel.onmessage = (event: MessageEvent<Message>) => {
    if (event.data.kind === "granted") adopt(event.data.held);
    else forget();
  };

  function grant(answer: Grant) {
    const life = Math.max(answer.expires_in - MARGIN_S, 0.8 * answer.expires_in);
    const next = { token: answer.access_token, renewAt: Date.now() + life * 1000, user: answer.user };
    adopt(next);
    tell({ kind: "granted", held: next });
  }

  function usable(): string | undefined {
    return held && Date.now() < held.renewAt ? held.token : undefined;
  }

  function exchange(refused: string | undefined): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const locked = navigator.locks.request(NAME, async () => {
        const adopted = usable();
        if (adopted && adopted !== refused) {
          resolve(adopted); // another tab was first
          return;
        }
        resolve(await renew());
        await new Promise((heard) => setTimeout(heard, HEARD_MS));
      });
      locked.catch(reject);
    });
  }

  async function renew(): Promise<string | undefined> {
    let answer: Grant;
    try {
      answer = await post<Grant>("/api/auth/refresh");
    } catch (error) {
      if (error instanceof ApiError && error.problem.status === 401) {
        forget();
        tell({ kind: "signed-out" });
        return undefined;
      }
      if (view.status === "unknown") show({ status: "unreachable" });
      throw error;
    }
    grant(answer);
    return answer.access_token;
  }

  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    view: () => view,

    /** Whether asking for the session is worth a request on a page that does without. */
    wasSignedIn: () => kept.get(HINT) !== null,

    /** Finds out whether this browser is signed in. Never throws: the view says "unreachable". */
    async begin() {
      await this.token().catch(() => undefined);
    },

    /**
     * An access token, exchanged when it is about to end; undefined when signed
     * out. `refused` is a token that the API did not take.
     */
    async token(refused?: string): Promise<string | undefined> {
      const current = usable();
      if (current && current !== refused) return current;
      if (view.status === "signed-out") return undefined;
      refreshing ??= exchange(refused).finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },

    requestLink: (email: string, next: string | undefined) =>
      post("/api/auth/magic-link/request", next === undefined ? { email } : { email, next }),

    /** Signs in with what a mail carried, and answers where to go. A code works only in the browser that asked for it. */
    async verify(mailed: { token: string } | { email: string; code: string }): Promise<string | undefined> {
      const answer = await post<Grant>("/api/auth/magic-link/verify", mailed);
      grant(answer);
      return answer.next;
    },

    /**
     * Becomes a member of the account that sent an invitation, and signs this
     * browser in as the invited address. Who was signed in here before loses the
     * cookie then: their session is ended with its own access token, and only once
     * the invitation was accepted. Answers whose session could not be ended, if so.
     */
    async join(token: string): Promise<string | undefined> {
      const known = view.status === "signed-in" || (view.status === "unknown" && this.wasSignedIn());
      const before = known ? await this.token() : undefined;
      const who = view.status === "signed-in" ? view.user.email : "";
      grant(await post<Grant>("/api/auth/invitations/accept", { token }));
      return before === undefined || (await endSessionOf(before)) ? undefined : who;
    },

    /** Reads anew who one is: a role can change while a page is open. */
    async renew() {
      await this.token(held?.token);
    },

    async signOut(everywhere: boolean) {
      try {
        await post(everywhere ? "/api/auth/logout?everywhere=true" : "/api/auth/logout");
      } catch (error) {
        if (!(error instanceof ApiError && error.problem.status === 401)) throw error; // it had ended before
      }
      forget();
      tell({ kind: "signed-out" });
    },
  };
}

/** Ends the session that an access token is of, and says whether it is at its end. */
async function endSessionOf(token: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${token}` };
  try {
    const open = await call<components["schemas"]["SessionItemPage"]>("/api/auth/sessions?limit=20", { headers });
    const own = open.items.find((session) => session.current);
    if (!own) return false;
    await call(`/api/auth/sessions/${own.id}`, { method: "DELETE", headers });
    return true;
  } catch (error) {
    return error instanceof ApiError && [401, 404].includes(error.problem.status); // it had ended before
  }
}

/** Calls a route that rests on the cookie, or on nothing. */
const post = <T>(path: string, body?: unknown) =>
  call<T>(path, {
    method: "POST",
    headers: { "X-Requested-With": "fetch", ...(body !== undefined && { "Content-Type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new UnreachableError(cause);
  }
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw new UnreachableError(cause);
  }
}

/** The problem of an answer. What stands between us and the API may answer without one. */
async function problemOf(response: Response): Promise<ApiError> {
  return asError(response, await response.json().catch(() => undefined));
}

export function asError(response: Response, body: unknown): ApiError {
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const retryAfter = Number.isFinite(wait) ? wait : undefined;
  if (typeof body === "object" && body !== null && "code" in body) return new ApiError(body as Problem, retryAfter);
  // The firewall at the edge refuses without a word of ours.
  const code = response.status === 429 ? "rate_limited" : response.status >= 500 ? "unavailable" : "internal";
  return new ApiError(
    { type: "about:blank", title: response.statusText, status: response.status, code, detail: "", instance: "" },
    retryAfter,
  );
}
