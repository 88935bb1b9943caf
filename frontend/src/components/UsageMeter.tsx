import type { UsageLine } from "../api/usage";
import { forecast, metricName, shareOf, takenOf } from "./metrics";
import "./UsageMeter.css";

/** How much of a metric's limit is taken. It says all that is written around it, which a screen reader may skip. */
export function UsageMeter({ line }: { line: UsageLine }) {
  const taken = takenOf(line);
  const words = line.limit === null ? undefined : forecast(line)?.long.toLowerCase();
  return (
    <div
      className={line.near_limit ? "usage-meter usage-meter--near" : "usage-meter"}
      role="meter"
      aria-label={metricName(line.metric)}
      aria-valuemin={0}
      aria-valuemax={line.limit ?? Math.max(taken, 1)}
      aria-valuenow={line.limit === null ? taken : Math.min(taken, line.limit)}
      aria-valuetext={shareOf(line) + (words === undefined ? "" : `, ${words}`)}
    >
      <div className="usage-meter__fill" style={{ inlineSize: `${Math.min(line.percent ?? 0, 100)}%` }} />
    </div>
  );
}
