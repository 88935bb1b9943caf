import { expect, test } from "vitest";
import { isOpen, nextLook } from "./rights";

test("an export is asked after soon at first, then ever more slowly, but never less than four times a minute", () => {
  expect([0, 4_000, 16_000, 80_000, 3_600_000].map(nextLook)).toEqual([1_000, 1_000, 2_000, 10_000, 15_000]);
  expect(nextLook(-60_000), "a clock that is behind").toBe(1_000);
});

test("only what has not ended is asked after", () => {
  const all = ["queued", "running", "succeeded", "failed"] as const;
  expect(all.filter((status) => isOpen({ status }))).toEqual(["queued", "running"]);
});
