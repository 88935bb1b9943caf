import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { ApiError, canPass, fieldErrors, fieldSentence, isPassing, sentenceFor, UnreachableError } from "./problem";

const problem = (status: number, code: string, more = {}) =>
  new ApiError({ type: "", title: "", status, code, detail: "", instance: "", ...more });

// Only a defect of this page brings these about, or no page at all.
const defects = [
  "cross_site_request",
  "invalid_cursor",
  "malformed_body",
  "method_not_allowed",
  "precondition_required",
  "route_not_found",
  "unsupported_media_type",
  "webhook_invalid",
];

const codes = readdirSync("../docs/errors").map((file) => file.replace(/\.md$/, ""));

test.each(codes.filter((code) => !defects.includes(code)))("%s has a sentence of its own", (code) => {
  const sentence = sentenceFor(problem(400, code));
  expect(sentence).not.toBe(sentenceFor(new Error("a defect")));
  expect(sentence).toMatch(/^[A-Z].*\.$/);
});

test("what a project lacks is said as the API says it", () => {
  expect(sentenceFor(problem(409, "project_not_ready", { detail: "Scene 2 has no text yet." }))).toBe("Scene 2 has no text yet.");
  expect(canPass(problem(409, "project_not_ready"))).toBe(false);
  expect(canPass(problem(503, "unavailable"))).toBe(true);
});

test("what cannot be reached is said to be", () => {
  expect(sentenceFor(new UnreachableError("refused"))).toContain("connection");
});

test("asking again helps against trouble that passes", () => {
  expect(isPassing(problem(503, "unavailable"))).toBe(true);
  expect(isPassing(problem(429, "rate_limited"))).toBe(true);
  expect(isPassing(new UnreachableError("refused"))).toBe(true);
  expect(isPassing(problem(402, "quota_exceeded"))).toBe(false);
  expect(isPassing(new Error("a defect"))).toBe(false);
});

test("fields are found by their path", () => {
  const error = problem(400, "invalid_input", { errors: [{ field: "scenes[1].text", message: "is too long" }] });
  expect(fieldErrors(error).get("scenes[1].text")).toBe("is too long");
  expect(fieldErrors(new Error("a defect")).size).toBe(0);
});

test("a field's message becomes a sentence about it", () => {
  expect(fieldSentence("title", "is too long")).toBe("The title is too long.");
  expect(fieldSentence("text", "give it a name")).toBe("Give it a name.");
});
