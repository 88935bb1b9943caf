import { expect, test } from "vitest";
import { takeToken } from "./token";

test("a token is taken out of the address, and stays with the page that it opened", () => {
  window.history.replaceState(null, "", "/invitation?x=1#token=abc");
  expect(takeToken()).toBe("abc");
  expect(window.location.pathname + window.location.search + window.location.hash).toBe("/invitation?x=1");
  expect(takeToken(), "asked again").toBe("abc");
  window.history.replaceState(null, "", "/auth/verify");
  expect(takeToken(), "another page").toBeUndefined();
  window.history.replaceState(null, "", "/invitation#token=");
  expect(takeToken(), "a link without one").toBeUndefined();
});
