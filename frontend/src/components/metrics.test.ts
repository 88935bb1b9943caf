import { describe, expect, test } from "vitest";
import type { UsageLine } from "../api/usage";
import { amountOf, bytesOf, forecast, leftOf, metricName, partOf, shareOf } from "./metrics";

test("what is left stands beside an amount with its unit", () => {
  expect(leftOf("render_minutes", 13.92)).toBe("13.9 left");
  expect(leftOf("storage_mb", 2500)).toBe("2.5 GB left");
});

test.each([
  ["render_minutes", 14.349, "14.3 minutes"],
  ["render_minutes", 1, "1 minute"],
  ["images_count", 1, "1 picture"],
  ["tts_seconds", 1800, "1,800 seconds"],
  ["tts_seconds", 1335.6, "1,336 seconds"],
  ["storage_mb", 0, "0 MB"],
  ["storage_mb", 0.0001, "1 kB"],
  ["storage_mb", 0.04, "40 kB"],
  ["storage_mb", 0.96, "1 MB"],
  ["storage_mb", 12.34, "12.3 MB"],
  ["storage_mb", 2500, "2.5 GB"],
  ["uploads_count", 1, "1 upload"],
  ["something_new", 2, "2"],
])("%s %d reads %s", (metric, value, text) => {
  expect(amountOf(metric, value)).toBe(text);
});

test("a part and the whole name their unit once, sizes each their own", () => {
  expect(partOf("images_count", 19, 20)).toBe("19 of 20 pictures");
  expect(partOf("storage_mb", 12.3, 2500)).toBe("12.3 MB of 2.5 GB");
  expect(bytesOf(12_300_000)).toBe("12.3 MB");
});

test("a metric that is not known yet keeps its own name", () => {
  expect(metricName("something_new")).toBe("something_new");
});

describe("how it will end", () => {
  const now = new Date("2026-11-10T12:00:00Z");
  const line: UsageLine = {
    metric: "images_count",
    unit: "count",
    used: 10,
    reserved: 2,
    limit: 20,
    percent: 60,
    near_limit: false,
    runs_out_on: null,
  };

  test("is said for what runs out, is nearly used up, used up or without a limit", () => {
    expect(forecast(line, now)).toBeUndefined();
    expect(forecast({ ...line, runs_out_on: "2026-11-19" }, now)).toEqual({
      long: "You run out on the 19th",
      short: "out on the 19th",
    });
    expect(forecast({ ...line, percent: 95, near_limit: true, runs_out_on: "2026-11-10" }, now)?.short).toBe("out today");
    expect(forecast({ ...line, percent: 95, near_limit: true }, now)?.long).toBe("Nearly used up");
    expect(forecast({ ...line, percent: 100, near_limit: true, runs_out_on: "2026-11-10" }, now)?.long).toBe("Used up");
    expect(forecast({ ...line, limit: null, percent: null }, now)?.long).toBe("No limit");
  });

  test("what is reserved is taken", () => {
    expect(shareOf(line)).toBe("12 of 20 pictures");
    expect(shareOf({ ...line, limit: null, percent: null })).toBe("12 pictures, no limit");
  });
});
