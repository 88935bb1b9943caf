/** From then on a person is told what to do; waiting goes on. */
export const LATE_MS = 60_000;
const GIVE_UP_MS = 15 * 60_000;

/**
 * When to ask again for what was bought, so many milliseconds after the person
 * came back: soon at first, since it takes a second as a rule; then ever more slowly.
 */
export function nextLook(elapsed: number): number | false {
  if (elapsed >= GIVE_UP_MS) return false;
  return Math.min(Math.max(elapsed / 4, 1_000), 15_000);
}
