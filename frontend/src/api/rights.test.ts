import { expect, test } from "vitest";
import { isOpen } from "./rights";

test("only what has not ended is asked after", () => {
  const all = ["queued", "running", "succeeded", "failed"] as const;
  expect(all.filter((status) => isOpen({ status }))).toEqual(["queued", "running"]);
});
