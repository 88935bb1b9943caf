import { ApiError, isPassing } from "./problem";

/** What is asked after again and again is asked after this soon at first, and this seldom in the end. */
export const SOON_MS = 1_000;
export const SELDOM_MS = 12_000;

/**
 * How long to wait before the next look at something in which nothing has happened for
 * `quiet` milliseconds, when the last answer came at `at`. A tenth more or less, so that
 * pages that were opened together do not ask together. It is the same for one answer
 * however often it is worked out: a query begins its wait anew when it changes.
 */
export function pause(quiet: number, at: number): number {
  const wait = Math.min(Math.max(quiet / 4, SOON_MS), SELDOM_MS);
  return Math.round(wait * (0.9 + (at % 1_000) / 5_000));
}

/** Seconds that the answer asks to be left alone; 0 where it does not say. */
export const restAfter = (error: unknown): number => (error instanceof ApiError ? error.retryAfter : undefined) ?? 0;

interface Polled<T> {
  state: { data: T | undefined; error: Error | null; dataUpdatedAt: number; errorUpdatedAt: number };
}

/**
 * When a query that waits for something asks again. `awaits` says what it waits in: a
 * step, say. While that stays, it asks ever more seldom; when it changes, soon again;
 * where it is undefined, nothing is awaited, and `settled` says what then. A failure that
 * can pass is waited for as long as the answer says; one that cannot ends it. In a
 * hidden tab queries rest by themselves.
 */
export function polling<T>(awaits: (data: T) => string | undefined, settled: (data: T) => number | false = () => false) {
  const since = new WeakMap<object, { what: string; at: number }>();
  return (query: Polled<T>): number | false => {
    const { data, error, dataUpdatedAt, errorUpdatedAt } = query.state;
    if (error) return isPassing(error) && Math.max(pause(Infinity, errorUpdatedAt), restAfter(error) * 1_000);
    if (data === undefined) return false;
    const what = awaits(data);
    if (what === undefined) {
      since.delete(query);
      return settled(data);
    }
    let seen = since.get(query);
    if (seen?.what !== what) since.set(query, (seen = { what, at: dataUpdatedAt }));
    return pause(dataUpdatedAt - seen.at, dataUpdatedAt);
  };
}

/** Waits for the next look at what began to be awaited at `began`, where no query does it; in a hidden tab for the longest time. */
export function nextLook(began: number): Promise<void> {
  const now = Date.now();
  const quiet = document.visibilityState === "hidden" ? Infinity : now - began;
  return new Promise((resolve) => setTimeout(resolve, pause(quiet, now)));
}
