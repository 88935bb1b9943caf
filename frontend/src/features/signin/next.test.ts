import { expect, test } from "vitest";
import { safeNext } from "./next";

test.each(["/videos", "/projects/01?a=b", "/"])("%s stays", (path) => {
  expect(safeNext(path)).toBe(path);
});

test.each([
  null,
  undefined,
  "",
  "videos",
  "//",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "https://evil.example/videos",
  "javascript:alert(1)",
  `/videos?q=${"x".repeat(600)}`,
])("%s leads nowhere", (path) => {
  expect(safeNext(path)).toBeUndefined();
});
