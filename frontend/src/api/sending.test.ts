import { beforeEach, describe, expect, test } from "vitest";
import { ApiError, UnreachableError } from "./problem";
import { createSending, PostRefusedError, type Parts } from "./sending";
import type { Upload } from "./uploads";

const problem = (status: number, code: string) => new ApiError({ type: "", title: code, status, code, detail: "", instance: "" });

/** An API and a store that do as they are told. */
class Scenery implements Parts {
  calls: string[] = [];
  failures: Partial<Record<"announce" | "post" | "complete", Error[]>> = {};
  time = 0;
  count = 0;
  hold: Promise<undefined> = Promise.resolve(undefined);
  ending: Partial<Upload> = { status: "ready" };

  upload(more: Partial<Upload> = {}): Upload {
    return {
      id: `U${this.count}`,
      upload_id: `U${this.count}`,
      status: "pending",
      kind: "image",
      filename: "a.png",
      content_type: "image/png",
      size: 10,
      url: null,
      width: null,
      height: null,
      created_at: "2026-11-01T00:00:00Z",
      error: null,
      upload: { url: "https://store", fields: {}, expires_at: new Date(this.time + 900_000).toISOString() },
      ...more,
    };
  }
  private step(name: "announce" | "post" | "complete", said: string) {
    this.calls.push(said);
    const failure = this.failures[name]?.shift();
    return failure === undefined ? Promise.resolve() : Promise.reject(failure);
  }
  keys: string[] = [];
  announce = async (key: string) => {
    if (this.keys.at(-1) !== key) this.count++;
    this.keys.push(key);
    await this.step("announce", `announce ${this.count}`);
    return this.upload();
  };
  post = async (_form: unknown, type: string, onSent: (part: number) => void, signal: AbortSignal) => {
    onSent(0.5);
    await this.hold;
    signal.throwIfAborted();
    await this.step("post", `post ${type}`);
  };
  complete = async (id: string) => {
    await this.step("complete", `complete ${id}`);
    return this.upload({ ...this.ending, upload: null });
  };
  remove = (id: string) => {
    this.calls.push(`remove ${id}`);
    return Promise.resolve();
  };
  now = () => this.time;
}

let scenery: Scenery;
beforeEach(() => {
  scenery = new Scenery();
});

test("a file is announced, posted and looked at", async () => {
  const sending = createSending(scenery);
  const seen: string[] = [];
  sending.subscribe(() => seen.push(sending.view().state));
  await sending.start();
  expect(scenery.calls).toEqual(["announce 1", "post image/png", "complete U1"]);
  expect(seen).toEqual(["sending", "sending", "checking", "ready"]);
});

describe("what fails for a passing reason", () => {
  test.each(["announce", "post", "complete"] as const)("%s goes on where it was, and is charged once", async (step) => {
    scenery.failures[step] = [new UnreachableError("lost")];
    const sending = createSending(scenery);
    await sending.start();
    expect(sending.view()).toMatchObject({ state: "failed", again: true });
    await sending.retry();
    expect(sending.view().state).toBe("ready");
    expect(scenery.count).toBe(1);
    expect(scenery.calls.filter((c) => c.startsWith("remove"))).toEqual([]);
    if (step === "complete") expect(scenery.calls.filter((c) => c.startsWith("post"))).toHaveLength(1);
  });

  test("is announced anew when the time of its form is up", async () => {
    scenery.failures.post = [new UnreachableError("lost")];
    const sending = createSending(scenery);
    await sending.start();
    scenery.time = 1_000_000;
    await sending.retry();
    expect(scenery.calls).toEqual(["announce 1", "post image/png", "remove U1", "announce 2", "post image/png", "complete U2"]);
  });

  test("is announced anew when the store does not take it", async () => {
    scenery.failures.post = [new PostRefusedError(403)];
    const sending = createSending(scenery);
    await sending.start();
    await sending.retry();
    expect(scenery.calls).toEqual(["announce 1", "post image/png", "remove U1", "announce 2", "post image/png", "complete U2"]);
  });

  test("is posted again when it did not arrive", async () => {
    scenery.failures.complete = [problem(409, "upload_missing")];
    const sending = createSending(scenery);
    await sending.start();
    await sending.retry();
    expect(scenery.calls).toEqual(["announce 1", "post image/png", "complete U1", "post image/png", "complete U1"]);
  });
});

test("what is rejected cannot be tried again, however it is answered", async () => {
  scenery.failures.complete = [problem(422, "upload_rejected")];
  const first = createSending(scenery);
  await first.start();
  expect(first.view()).toMatchObject({ state: "failed", again: false });
  await first.retry();
  expect(scenery.calls.filter((c) => c.startsWith("complete"))).toHaveLength(1);
  scenery.ending = { status: "rejected" };
  const second = createSending(scenery);
  await second.start();
  expect(second.view()).toMatchObject({ state: "failed", again: false, error: { code: "upload_rejected" } });
});

test("a used-up quota ends it", async () => {
  scenery.failures.announce = [problem(402, "quota_exceeded")];
  const sending = createSending(scenery);
  await sending.start();
  expect(sending.view()).toMatchObject({ state: "failed", again: false });
});

test("canceling stops the post and gives back what was announced", async () => {
  let arrive: (() => void) | undefined;
  scenery.hold = new Promise<undefined>((done) => (arrive = () => done(undefined)));
  const sending = createSending(scenery);
  const running = sending.start();
  await expect.poll(() => sending.view()).toEqual({ state: "sending", sent: 0.5 });
  await sending.cancel();
  arrive?.();
  await running;
  expect(sending.view().state).toBe("canceled");
  expect(scenery.calls).toEqual(["announce 1", "remove U1"]);
});

test("canceling while it is announced posts nothing", async () => {
  const sending = createSending(scenery);
  const running = sending.start();
  await sending.cancel();
  await running;
  expect(scenery.calls).toEqual(["announce 1", "remove U1"]);
});
