import { expect, test } from "vitest";
import { createIntention } from "./intention";
import { ApiError, UnreachableError } from "./problem";

const refusal = new ApiError({ type: "", title: "", status: 402, code: "quota_exceeded", detail: "", instance: "" });

/** Sends with the answers that it is given, and notes the keys. */
function sender(...failures: (Error | undefined)[]) {
  const keys: string[] = [];
  const send = (key: string) => {
    keys.push(key);
    const failure = failures.shift();
    return failure ? Promise.reject(failure) : Promise.resolve();
  };
  return { keys, send };
}

test("a lost answer keeps the key, an answer ends it", async () => {
  const carryOut = createIntention();
  const { keys, send } = sender(new UnreachableError("lost"), undefined, undefined);
  await carryOut("render", send).catch(() => undefined);
  await carryOut("render", send);
  await carryOut("render", send);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

test("a refusal ends it too", async () => {
  const carryOut = createIntention();
  const { keys, send } = sender(refusal, undefined);
  await carryOut("render", send).catch(() => undefined);
  await carryOut("render", send);
  expect(keys[1]).not.toBe(keys[0]);
});

test("something else is another intention", async () => {
  const carryOut = createIntention();
  const { keys, send } = sender(new UnreachableError("lost"), undefined);
  await carryOut("version 1", send).catch(() => undefined);
  await carryOut("version 2", send);
  expect(keys[1]).not.toBe(keys[0]);
});
