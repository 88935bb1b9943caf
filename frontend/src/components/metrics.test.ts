import { expect, test } from "vitest";
import { amountOf, metricName } from "./metrics";

test.each([
  ["render_minutes", 14.349, "14.3 minutes"],
  ["render_minutes", 1, "1 minute"],
  ["images_count", 1, "1 picture"],
  ["tts_seconds", 1800, "1,800 seconds"],
  ["storage_mb", 0.04, "0 MB"],
  ["something_new", 2, "2"],
])("%s %d reads %s", (metric, value, text) => {
  expect(amountOf(metric, value)).toBe(text);
});

test("a metric that is not known yet keeps its own name", () => {
  expect(metricName("something_new")).toBe("something_new");
});
