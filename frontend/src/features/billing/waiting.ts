import { pause, restAfter } from "../../api/polling";

/** From then on a person is told what to do; waiting goes on. */
export const LATE_MS = 60_000;
const GIVE_UP_MS = 15 * 60_000;

/**
 * When to ask again for what was bought, when the last answer came so many milliseconds
 * after the person came back: soon at first, since it takes a second as a rule; then ever
 * more slowly, and never before the answer says.
 */
export function nextLook(since: number, answered: number, error?: unknown): number | false {
  return answered - since < GIVE_UP_MS && Math.max(pause(answered - since, answered), restAfter(error) * 1_000);
}
