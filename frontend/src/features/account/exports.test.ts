import { expect, test } from "vitest";
import { percentOf, standingOf, stepText } from "./exports";

const now = new Date("2026-12-01T12:00:00Z");

test.each([
  ["queued", null, "open"],
  ["running", null, "open"],
  ["failed", null, "failed"],
  ["succeeded", "2026-12-01T12:00:01Z", "ready"],
  ["succeeded", "2026-12-01T12:00:00Z", "gone"],
  ["succeeded", null, "gone"],
] as const)("%s until %s is %s", (status, expires_at, standing) => {
  expect(standingOf({ status, expires_at }, now)).toBe(standing);
});

test("a step has words, and one that waits does not do it yet", () => {
  expect(stepText({ status: "queued", step: "listing" })).toBe("Waiting to begin");
  expect(stepText({ status: "running", step: "packing" })).toBe("Packing the archive");
});

test("a hundred percent is all of it", () => {
  expect([0, 0.005, 0.999, 1, 1.2].map((progress) => percentOf({ progress }))).toEqual([0, 0, 99, 100, 100]);
});
