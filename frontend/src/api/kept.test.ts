import { afterEach, expect, it, vi } from "vitest";
import { kept } from "./kept";

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

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
});
