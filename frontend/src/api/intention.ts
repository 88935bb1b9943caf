import { hasCode, isPassing } from "./problem";

/**
 * The Idempotency-Key of what a person wants done. Pressing a button again after
 * an answer was lost is the same intention, so it is not done, or paid, twice;
 * wanting it again after an answer is a new one.
 */
export function createIntention() {
  let open: { what: string; key: string } | undefined;
  return async function carryOut<T>(what: string, send: (key: string) => Promise<T>): Promise<T> {
    if (open?.what !== what) open = { what, key: crypto.randomUUID() };
    const mine = open;
    try {
      const answer = await send(mine.key);
      if (open === mine) open = undefined;
      return answer;
    } catch (error) {
      const unanswered = isPassing(error) || hasCode(error, "idempotency_in_progress");
      if (open === mine && !unanswered) open = undefined;
      throw error;
    }
  };
}

/**
 * Lets what is on its way be asked for again, as by a double click, without being
 * sent twice: both get the one answer.
 */
export function createOnce() {
  const open = new Map<string, Promise<unknown>>();
  return function once<T>(what: string, send: () => Promise<T>): Promise<T> {
    const before = open.get(what) as Promise<T> | undefined;
    if (before) return before;
    const sent = send().finally(() => open.delete(what));
    open.set(what, sent);
    return sent;
  };
}
