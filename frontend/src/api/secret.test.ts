import { expect, test } from "vitest";
import { hide } from "./secret";

test("a secret can be read until it is forgotten, and is in no property", () => {
  const secret = hide("dai_live_0123");
  expect(JSON.stringify({ secret, ...secret })).not.toContain("dai_live");
  expect(secret.read()).toBe("dai_live_0123");
  secret.forget();
  expect(secret.read()).toBe("");
});
