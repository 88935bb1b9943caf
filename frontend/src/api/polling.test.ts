import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { SELDOM_MS, SOON_MS, nextLook, polling } from "./polling";
import { ApiError, UnreachableError } from "./problem";

interface Answer {
  step: string;
}

const awaits = ({ step }: Answer) => (step === "done" ? undefined : step);

/** A query as TanStack Query gives it to an interval. */
const query = (state: { data?: Answer; error?: Error; at: number }) => ({
  state: { data: state.data, error: state.error ?? null, dataUpdatedAt: state.at, errorUpdatedAt: state.at },
});

const refusal = (status: number, retryAfter?: number) =>
  new ApiError({ type: "about:blank", title: "", status, code: "x", detail: "", instance: "" }, retryAfter);

/** When a page that is left open looks, by a way through steps that each take so many milliseconds. */
function looks(steps: readonly number[]): number[] {
  const interval = polling(awaits);
  const polled = query({ at: 0 });
  const stepAt = (at: number) => {
    let ends = 0;
    const step = steps.findIndex((ms) => (ends += ms) > at);
    return step < 0 ? "done" : String(step);
  };
  const all: number[] = [];
  for (let at = 0; ;) {
    polled.state.data = { step: stepAt(at) };
    polled.state.dataUpdatedAt = at;
    const wait = interval(polled);
    if (wait === false) return all;
    expect(interval(polled), "asked twice about one answer").toBe(wait);
    all.push((at += wait));
  }
}

test("the first look is soon, the later ones ever more seldom, up to a bound", () => {
  const at = looks([600_000]);
  const waits = at.map((t, i) => t - (at[i - 1] ?? 0));
  expect(waits[0]).toBeLessThanOrEqual(1.1 * SOON_MS);
  expect(Math.max(...waits)).toBeLessThanOrEqual(1.1 * SELDOM_MS);
  expect(waits.slice(20).every((wait) => wait >= 0.9 * SELDOM_MS)).toBe(true);
  expect(new Set(waits.slice(20)).size, "different waits").toBeGreaterThan(1);
});

test("a step that takes its time is noticed within a third of it, and the next one soon", () => {
  for (const long of [3_000, 20_000, 100_000]) {
    const at = looks([long, 5_000]);
    const noticed = at.find((t) => t >= long) ?? Infinity;
    expect(noticed - long).toBeLessThanOrEqual(Math.max(long / 3, 1.1 * SOON_MS));
    expect((at[at.indexOf(noticed) + 1] ?? noticed) - noticed).toBeLessThanOrEqual(1.1 * SOON_MS);
  }
});

test("what has ended is left alone, or looked at as its kind says", () => {
  expect(polling(awaits)(query({ data: { step: "done" }, at: 1 }))).toBe(false);
  expect(polling(awaits, () => 99)(query({ data: { step: "done" }, at: 1 }))).toBe(99);
  expect(polling(awaits)(query({ at: 0 })), "nothing is known yet").toBe(false);
});

test("a failure is waited for as long as the answer says, and one that stays ends it", () => {
  const after = (error: Error) => polling(awaits)(query({ data: { step: "a" }, error, at: 500 }));
  expect(after(refusal(429, 300))).toBe(300_000);
  expect(after(refusal(503, 1))).toBe(SELDOM_MS);
  expect(after(new UnreachableError(undefined))).toBe(SELDOM_MS);
  expect(after(refusal(404))).toBe(false);
});

test("outside of a query, a hidden tab looks least often", () => {
  vi.useFakeTimers({ now: 500 });
  const shown = vi.spyOn(document, "visibilityState", "get");
  const timer = vi.spyOn(globalThis, "setTimeout");
  shown.mockReturnValue("visible");
  void nextLook(500);
  shown.mockReturnValue("hidden");
  void nextLook(500);
  expect(timer.mock.calls.map(([, ms]) => ms)).toEqual([SOON_MS, SELDOM_MS]);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const FIVE_MINUTES = 300_000;

/**
 * What a busy person's browser asks for through the edge in five minutes, rather more
 * than less. Pictures and videos come from the store and are not among it.
 */
const busy = {
  // Opens the app anew after a release: each of its files, of which there are some seventy; then who one is, and what there is.
  opening: 75 + 10,
  // Writes, and stops for breath every three seconds: the draft is saved, and priced.
  writing: 2 * (FIVE_MINUTES / 3_000),
  // Goes to another page every fifteen seconds.
  reading: 4 * (FIVE_MINUTES / 15_000),
  // Sends three pictures: announced, completed, checked, listed.
  files: 3 * (2 + looks([10_000]).length + 2),
  // Has a list with as many videos in the making as an account of a paid plan may have, in a window beside it.
  watching: 3 * looks([20_000, 60_000, 60_000, 100_000, 60_000]).length,
};

test("an office of fifteen at one address stays below the firewall's limit, all busy at once", () => {
  const person = Object.values(busy).reduce((sum, n) => sum + n, 0);
  const scripts = 10 * 300; // one API key at its full rate beside them
  const office = 15 * person + scripts;
  const limit = Number(
    /RequestsPerFiveMinutes:\n\s+Type: Number\n\s+Default: (\d+)/.exec(readFileSync("../template.yaml", "utf8"))?.[1],
  );
  expect(office, `${person} of a person (${JSON.stringify(busy)})`).toBeLessThan(limit);
  expect(limit, "no more than twice what an office needs").toBeLessThan(2 * office);
});

test("fifteen people who sign in within one minute stay below the limit of calls without a credential", () => {
  // Each asks for a mail, mistypes the address and asks again, mistypes the code and enters it; and signs out of what was open.
  const person = 2 + 2 + 1;
  const limit = Number(
    /RateLimitAnonymousPerMinute:\n\s+Type: Number\n\s+Default: (\d+)/.exec(readFileSync("../template.yaml", "utf8"))?.[1],
  );
  expect(15 * person).toBeLessThan(limit);
});
