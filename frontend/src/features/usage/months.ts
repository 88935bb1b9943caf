import { metrics, type Metric, type MonthUse } from "../../api/usage";
import { isLevel } from "../../components/metrics";
import { monthAfter } from "../../components/times";

export interface Amount {
  used: number;
  reserved: number;
}

export interface Month {
  /** Like 2026-11. */
  month: string;
  amounts: Record<Metric, Amount>;
}

/**
 * Every month from the oldest that is known up to `last`, oldest first, and
 * `least` at the least. The API leaves out months in which nothing happened:
 * nothing was taken then, and what was stored stayed.
 */
export function withGaps(known: readonly MonthUse[], last: string, least: number): Month[] {
  const by = new Map(known.map((use) => [use.month, use]));
  const oldest = known.reduce((old, use) => (use.month < old ? use.month : old), monthAfter(last, 1 - least));
  const months: Month[] = [];
  for (let month = oldest; month <= last; month = monthAfter(month, 1)) {
    months.push({ month, amounts: amountsOf(by.get(month), months.at(-1)) });
  }
  return months;
}

function amountsOf(use: MonthUse | undefined, before: Month | undefined): Month["amounts"] {
  const amountOf = (metric: Metric): Amount => {
    const line = use?.metrics.find((m) => m.metric === metric);
    if (line) return { used: line.used, reserved: line.reserved };
    return { used: isLevel(metric) ? (before?.amounts[metric].used ?? 0) : 0, reserved: 0 };
  };
  return Object.fromEntries(metrics.map((metric) => [metric, amountOf(metric)])) as Month["amounts"];
}

/** The top of a scale that holds a value: 1, 2 or 5 and some zeros. */
export function topOf(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((n) => value <= n * power) ?? 10;
  return step * power;
}
