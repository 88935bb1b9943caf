import { useEffect, useId, useRef } from "react";
import { Link } from "react-router";
import type { Metric } from "../../api/usage";
import { amountOf, metricName } from "../../components/metrics";
import { monthOf, shortMonthOf } from "../../components/times";
import { topOf, type Amount, type Month } from "./months";

const PLOT = 176; // px, of the bars
const LABELS = 44; // px, below them
const HEAD = 20; // px, above them
const NARROWEST = 36; // px, of a month: wide enough for a finger

interface ChartProps {
  months: readonly Month[];
  metric: Metric;
  chosen: string;
  /** The address of a month. */
  search: (month: string) => string;
}

/** A bar per month. Each is a link to its month and says its amount; the table below says all of it as text. */
export function Chart({ months, metric, chosen, search }: ChartProps) {
  const hatch = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const top = topOf(Math.max(...months.map(({ amounts }) => sum(amounts[metric]))));
  const oldest = months[0]?.month;
  const before = useRef<string>(undefined);
  // The newest months are what one comes for; older ones are what one asks for.
  useEffect(() => {
    if (scroller.current) scroller.current.scrollLeft = before.current === undefined ? scroller.current.scrollWidth : 0;
    before.current = oldest;
  }, [oldest]);
  return (
    <div className="chart">
      <div className="chart__scale" style={{ blockSize: PLOT, marginBlockStart: HEAD }} aria-hidden="true">
        <span>{amountOf(metric, top)}</span>
        <span>{amountOf(metric, top / 2)}</span>
        <span>0</span>
      </div>
      <div className="chart__scroller" ref={scroller}>
        <svg
          className="chart__drawing"
          role="group"
          aria-label={`${metricName(metric)} by month`}
          width="100%"
          height={HEAD + PLOT + LABELS}
          style={{ minInlineSize: months.length * NARROWEST }}
        >
          <defs>
            <pattern id={hatch} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect className="chart__hatch" width="3.5" height="7" />
            </pattern>
          </defs>
          {[0, 0.5, 1].map((part) => (
            <line key={part} className="chart__line" x1="0" x2="100%" y1={HEAD + PLOT * part} y2={HEAD + PLOT * part} />
          ))}
          {months.map(({ month, amounts }, i) => (
            <Link
              key={month}
              to={search(month)}
              className="chart__month"
              aria-label={`${monthOf(month)}: ${inWords(metric, amounts[metric])}`}
              aria-current={month === chosen}
            >
              <Bar amount={amounts[metric]} top={top} at={i} of={months.length} hatch={hatch} />
              {month === chosen && <Value metric={metric} amount={amounts[metric]} at={i} of={months.length} />}
              <text className="chart__name" x={percent(i + 0.5, months.length)} y={HEAD + PLOT + 18}>
                {shortMonthOf(month)}
              </text>
              {(i === 0 || month.endsWith("-01")) && (
                <text className="chart__year" x={percent(i + 0.5, months.length)} y={HEAD + PLOT + 36}>
                  {month.slice(0, 4)}
                </text>
              )}
            </Link>
          ))}
        </svg>
      </div>
    </div>
  );
}

const percent = (n: number, of: number) => `${(n / of) * 100}%`;

const sum = ({ used, reserved }: Amount) => used + reserved;

/** What a bar shows, for those who do not see it. */
export function inWords(metric: Metric, { used, reserved }: Amount): string {
  return reserved > 0 ? `${amountOf(metric, used)}, and ${amountOf(metric, reserved)} in the making` : amountOf(metric, used);
}

interface BarProps {
  amount: Amount;
  top: number;
  at: number;
  of: number;
  hatch: string;
}

/** The amount, above all bars so that it covers none; at either end of the chart it grows inwards. */
function Value({ metric, amount, at, of }: Pick<BarProps, "amount" | "at" | "of"> & { metric: Metric }) {
  const [x, anchor]: [string, "start" | "middle" | "end"] =
    at < 2 ? [percent(at, of), "start"] : at > of - 3 ? [percent(at + 1, of), "end"] : [percent(at + 0.5, of), "middle"];
  return (
    <text className="chart__value" x={x} y={HEAD - 6} style={{ textAnchor: anchor }}>
      {amountOf(metric, sum(amount))}
    </text>
  );
}

/** The height of an amount in px; a little of anything can be seen. */
const high = (value: number, top: number) => (value > 0 ? Math.max(2, (value / top) * PLOT) : 0);

/** What is used, with what is reserved on top of it. */
function Bar({ amount, top, at, of, hatch }: BarProps) {
  const x = percent(at + 0.16, of);
  const width = percent(0.68, of);
  const [used, reserved] = [high(amount.used, top), high(amount.reserved, top)];
  return (
    <>
      <rect className="chart__room" x={percent(at, of)} width={percent(1, of)} y={0} height={HEAD + PLOT + LABELS} />
      <rect className="chart__used" x={x} width={width} y={HEAD + PLOT - used} height={used} rx="2" />
      <rect x={x} width={width} y={HEAD + PLOT - used - reserved} height={reserved} rx="2" fill={`url(#${hatch})`} />
    </>
  );
}
