import { describe, expect, test } from "vitest";
import { metrics, type Metric, type MonthUse } from "../../api/usage";
import { topOf, withGaps } from "./months";

const use = (month: string, used: Partial<Record<Metric, number>>): MonthUse => ({
  month,
  metrics: metrics.map((metric) => ({ metric, unit: "count", used: used[metric] ?? 0, reserved: 0 })),
});

describe("months that the API leaves out", () => {
  const known = [use("2026-11", { images_count: 3, storage_mb: 5 }), use("2026-08", { images_count: 7, storage_mb: 4 })];
  const shown = withGaps(known, "2026-12", 1);

  test("are there, in order", () => {
    expect(shown.map((m) => m.month)).toEqual(["2026-08", "2026-09", "2026-10", "2026-11", "2026-12"]);
  });

  test("took nothing", () => {
    expect(shown.map((m) => m.amounts.images_count.used)).toEqual([7, 0, 0, 3, 0]);
  });

  test("kept what was stored", () => {
    expect(shown.map((m) => m.amounts.storage_mb.used)).toEqual([4, 4, 4, 5, 5]);
  });

  test("reach back far enough for a chart", () => {
    expect(withGaps([], "2026-02", 3).map((m) => m.month)).toEqual(["2025-12", "2026-01", "2026-02"]);
    expect(withGaps(known, "2026-12", 12)[0]?.month).toBe("2026-01");
  });
});

test.each([
  [0, 1],
  [0.3, 0.5],
  [1, 1],
  [7, 10],
  [12, 20],
  [20, 20],
  [480, 500],
  [1_801, 2_000],
])("%d fits below %d", (value, top) => {
  expect(topOf(value)).toBeCloseTo(top);
});
