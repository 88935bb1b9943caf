import { afterEach, expect, it, vi } from "vitest";
import { backups, forget, unsent } from "../features/editor/backup";
import { kept } from "./kept";

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

const draft = { title: "Morning" } as never;

it("keeps, finds and removes", () => {
  expect(kept.set("a", "1")).toBe(true);
  expect(kept.get("a")).toBe("1");
  expect(kept.names()).toEqual(["a"]);
  kept.remove("a");
  expect(kept.get("a")).toBeNull();
});

it("does without where every use of the storage throws", () => {
  const forbidden = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  vi.stubGlobal("localStorage", new Proxy({}, { get: forbidden, ownKeys: forbidden }));
  expect(() => localStorage.getItem("a")).toThrow();
  expect(kept.set("a", "1")).toBe(false);
  expect(kept.get("a")).toBeNull();
  expect(kept.names()).toEqual([]);
  kept.remove("a");

  const mine = backups("U", "P");
  expect(mine.take()).toBeUndefined();
  expect(mine.keep({ draft, version: 1 })).toBe(false);
  mine.drop();
  forget("U", "P");
  expect(unsent("U", "P")).toEqual([]);
});
