import { expect, test } from "vitest";
import { createIntention, createOnce } from "./intention";
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

test("what is on its way is not sent again, what was answered is", async () => {
  const once = createOnce();
  let sent = 0;
  const open: (() => void)[] = [];
  const send = () => {
    sent++;
    return new Promise<number>((done) => open.push(() => done(sent)));
  };
  const both = [once("pro", send), once("pro", send)];
  const other = once("enterprise", send);
  expect(sent, "of each one").toBe(2);
  for (const done of open) done();
  expect(await Promise.all([...both, other])).toEqual([2, 2, 2]);
  void once("pro", send);
  expect(sent).toBe(3);
});

test("what failed can be sent again", async () => {
  const once = createOnce();
  await expect(once("pro", () => Promise.reject(refusal))).rejects.toBe(refusal);
  await expect(once("pro", () => Promise.resolve("a page"))).resolves.toBe("a page");
});
