import { expect, test } from "vitest";
import { clock, dayOf, inAbout, isMonth, lastDayOf, monthAfter, monthOf, onThe, shortMonthOf, since, until } from "./times";

test("a duration counts whole seconds, as a player does", () => {
  expect(clock(0)).toBe("0:00");
  expect(clock(65_900)).toBe("1:05");
  expect(clock(120_000)).toBe("2:00");
  expect(clock(754_000)).toBe("12:34");
});

test("the month's end is a day in UTC, wherever one is", () => {
  expect(dayOf("2026-12-01T00:00:00Z")).toBe("December 1");
  expect(lastDayOf("2026-12-01T00:00:00Z")).toBe("November 30");
  expect(lastDayOf("2028-03-01T00:00:00Z")).toBe("February 29");
});

test.each([
  ["2026-11-01", "on the 1st"],
  ["2026-11-02", "on the 2nd"],
  ["2026-11-03", "on the 3rd"],
  ["2026-11-11", "on the 11th"],
  ["2026-11-12", "on the 12th"],
  ["2026-11-13", "on the 13th"],
  ["2026-11-19", "on the 19th"],
  ["2026-11-21", "on the 21st"],
  ["2026-11-22", "on the 22nd"],
  ["2026-11-30", "on the 30th"],
  ["2026-11-10", "today"],
])("%s is %s", (date, words) => {
  expect(onThe(date, new Date("2026-11-10T23:59:00Z"))).toBe(words);
});

test("a wait is said roughly, never too short", () => {
  expect([2, 30, 41, 60, 61, 600].map(inAbout)).toEqual([
    "in a few seconds",
    "in half a minute",
    "in a minute",
    "in a minute",
    "in 2 minutes",
    "in 10 minutes",
  ]);
});

test("months have their names", () => {
  expect(monthOf("2026-11")).toBe("November 2026");
  expect(shortMonthOf("2026-01")).toBe("Jan");
});

test("a month is asked for in one way only", () => {
  expect(["2026-11", "2026-01"].every(isMonth)).toBe(true);
  expect(["2026-13", "2026-1", "2026-00", "", "11-2026", "2026-11-01"].some(isMonth)).toBe(false);
});

test("months go on over the turn of a year", () => {
  expect(monthAfter("2026-12", 1)).toBe("2027-01");
  expect(monthAfter("2026-01", -1)).toBe("2025-12");
  expect(monthAfter("2026-11", -23)).toBe("2024-12");
  expect(monthAfter("2026-11", 0)).toBe("2026-11");
});

test.each([
  ["2026-11-27T16:41:00Z", "just now"], // a clock that is behind
  ["2026-11-27T16:39:00Z", "just now"],
  ["2026-11-27T16:38:00Z", "2 minutes ago"],
  ["2026-11-27T15:40:00Z", "1 hour ago"],
  ["2026-11-26T16:41:00Z", "23 hours ago"],
  ["2026-11-12T12:00:00Z", "on Nov 12, 2026"],
])("%s was %s", (time, words) => {
  expect(since(time, new Date("2026-11-27T16:40:30Z"))).toBe(words);
});

test.each([
  ["2026-11-27T16:40:00Z", "in a moment"], // it has been already
  ["2026-11-27T16:41:00Z", "in a moment"],
  ["2026-11-27T16:41:30Z", "in 1 minute"],
  ["2026-11-27T18:40:00Z", "in 1 hour"],
  ["2026-11-29T16:40:00Z", "in 47 hours"],
  ["2026-12-04T16:40:30Z", "in 7 days"],
  ["2026-12-04T16:40:00Z", "in 6 days"],
])("%s is %s", (time, words) => {
  expect(until(time, new Date("2026-11-27T16:40:30Z"))).toBe(words);
});
