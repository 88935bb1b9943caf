import { expect, test } from "vitest";
import type { Job } from "../../api/jobs";
import { isListed, matching } from "./search";

const job = (title: string, more: Partial<Job> = {}) =>
  ({ title, kind: "render", status: "succeeded", video: null, deleted: false, ...more }) as Job;

test("every word has to be there, in any order, case and accent", () => {
  const jobs = [job("Génesis for the evening"), job("Evening rest"), job("Morning")];
  expect(matching(jobs, "EVENING genesis").map((j) => j.title)).toEqual(["Génesis for the evening"]);
  expect(matching(jobs, "  ")).toHaveLength(3);
  expect(matching(jobs, "psalm")).toHaveLength(0);
});

test("what looks like a pattern is text", () => {
  expect(matching([job("a.c"), job("abc")], "a.c").map((j) => j.title)).toEqual(["a.c"]);
});

test("a deleted video is not listed, a failed one is", () => {
  expect(isListed(job("gone", { deleted: true }))).toBe(false);
  expect(isListed(job("failed", { status: "failed" }))).toBe(true);
});

test("a publication is no video", () => {
  expect(isListed(job("on YouTube", { kind: "publish" }))).toBe(false);
});
