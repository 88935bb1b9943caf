import { beforeEach, expect, test } from "vitest";
import { wayBack } from "./wayBack";

beforeEach(() => sessionStorage.clear());

test("each page elsewhere has a way back of its own", () => {
  wayBack.keep("billing", "/projects/1?x=2");
  wayBack.keep("youtube", "/videos/2");
  expect(wayBack.from("billing")).toBe("/projects/1?x=2");
  wayBack.forget("billing");
  expect(wayBack.from("billing")).toBeUndefined();
  expect(wayBack.from("youtube")).toBe("/videos/2");
});

test("what leads out of the app is no way back", () => {
  for (const odd of ["//example.com", "/\\example.com", "https://example.com", "javascript:alert(1)", ""]) {
    wayBack.keep("youtube", odd);
    expect(wayBack.from("youtube"), odd).toBeUndefined();
  }
});
