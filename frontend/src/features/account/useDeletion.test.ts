import { expect, test } from "vitest";
import { pendingOf } from "./useDeletion";

const now = new Date("2026-12-01T12:00:00Z");
const later = "2026-12-05T12:00:00Z";

test("nothing is asked for", () => {
  expect(pendingOf({ status: "none", erasure_id: null, effective_at: null }, now)).toBeUndefined();
});

test.each([
  ["waiting", later, false],
  ["waiting", "2026-12-01T12:00:00Z", true],
  ["running", later, true],
])("%s until %s", (status, at, begun) => {
  expect(pendingOf({ status, erasure_id: "e1", effective_at: at }, now)).toEqual({ erasure: "e1", at, begun });
});
