import { beforeEach, expect, test } from "vitest";
import { farewell } from "./farewell";
import { kept } from "./kept";

const now = new Date("2026-12-01T12:00:00Z");
const asked = {
  id: "e1",
  erasure_id: "e1",
  effective_at: "2026-12-05T12:00:00Z",
  receipt_url: "https://app.example/api/erasures/abc",
};
const none = { status: "none", erasure_id: null, effective_at: null };
const waiting = { status: "waiting", erasure_id: "e1", effective_at: asked.effective_at };

beforeEach(() => localStorage.clear());

test("who asked has the receipt, and keeps it when the API is asked how it stands", () => {
  farewell.asked("t1", asked);
  farewell.heard("t1", waiting);
  expect(farewell.read(now)).toEqual({ tenant: "t1", erasure: "e1", at: asked.effective_at, receipt: asked.receipt_url });
});

test("others know the day only", () => {
  farewell.heard("t1", waiting);
  expect(farewell.read(now)).toEqual({ tenant: "t1", erasure: "e1", at: asked.effective_at });
});

test("a second erasure has a receipt of its own", () => {
  farewell.asked("t1", asked);
  farewell.heard("t1", { ...waiting, erasure_id: "e2" });
  expect(farewell.read(now)?.receipt).toBeUndefined();
});

test("an account that was kept is forgotten; one that is gone is not, whoever signs in then", () => {
  farewell.asked("t1", asked);
  farewell.heard("t2", none);
  expect(farewell.read(now)?.erasure).toBe("e1");
  farewell.heard("t1", none);
  expect(farewell.read(now)).toBeUndefined();
});

test("until its day it is not gone", () => {
  farewell.asked("t1", asked);
  expect(farewell.gone(now)).toBeUndefined();
  expect(farewell.gone(new Date(asked.effective_at))?.erasure).toBe("e1");
});

test("after the receipt's life nothing is left to show", () => {
  farewell.asked("t1", asked);
  expect(farewell.read(new Date("2027-01-18T00:00:00Z"))).toBeDefined();
  expect(farewell.read(new Date("2027-01-20T00:00:00Z"))).toBeUndefined();
});

test.each(["", "null", "{", '"text"', '{"tenant":"t1","erasure":"e1"}', '{"tenant":"t1","erasure":"e1","at":"soon"}'])(
  "what is not ours is nothing: %s",
  (text) => {
    kept.set("devotionalai-farewell", text);
    expect(farewell.read(now)).toBeUndefined();
  },
);

test("a receipt that is no address of a page is left out", () => {
  farewell.asked("t1", { ...asked, receipt_url: "javascript:alert(1)" });
  expect(farewell.read(now)).toEqual({ tenant: "t1", erasure: "e1", at: asked.effective_at });
});
