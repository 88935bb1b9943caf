import { expect, test } from "vitest";
import { clock, dayOf } from "./times";

test("a duration counts whole seconds, as a player does", () => {
  expect(clock(0)).toBe("0:00");
  expect(clock(65_900)).toBe("1:05");
  expect(clock(120_000)).toBe("2:00");
  expect(clock(754_000)).toBe("12:34");
});

test("the month's end is a day in UTC, wherever one is", () => {
  expect(dayOf("2026-12-01T00:00:00Z")).toBe("December 1");
});
