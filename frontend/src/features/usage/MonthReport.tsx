import { Link } from "react-router";
import type { Usage, UsageLine } from "../../api/usage";
import { UsageMeter } from "../../components/UsageMeter";
import { amount, amountOf, forecast, isLevel, metricName, shareOf, takenOf } from "../../components/metrics";
import { dayOf, lastDayOf } from "../../components/times";

/** A month in full. Of a past one the limits are not known any more. */
export function MonthReport({ usage, past }: { usage: Usage; past: boolean }) {
  return (
    <ul className="month-report">
      {usage.metrics.map((line) => (
        <li key={line.metric} className="card month-line">
          {past ? <PastLine line={line} /> : <Line line={line} />}
        </li>
      ))}
      <li className="card month-line">
        <h3>{past ? "About this month" : "What comes next"}</h3>
        {past ? (
          <p className="soft">
            It ended on {lastDayOf(usage.period.end)}. Limits are shown for the present month only: they may have been other ones
            then.
          </p>
        ) : (
          <p className="soft">
            The month ends on {lastDayOf(usage.period.end)} (UTC). On {dayOf(usage.period.end)} everything begins again at zero
            but storage: that is freed by deleting <Link to="/videos">videos</Link> or <Link to="/uploads">uploads</Link>. How
            long something lasts is reckoned from this month so far.
          </p>
        )}
      </li>
    </ul>
  );
}

function Line({ line }: { line: UsageLine }) {
  const words = forecast(line);
  return (
    <>
      <h3>{metricName(line.metric)}</h3>
      <p className="month-line__share">{shareOf(line)}</p>
      <UsageMeter line={line} />
      <p className={line.near_limit ? "month-line__words month-line__words--near" : "month-line__words"}>
        {words && line.limit !== null ? `${words.long}.` : line.limit !== null && "At this pace it lasts the month."}
      </p>
      <dl className="month-line__facts">
        <dt>Used</dt>
        <dd>{amountOf(line.metric, line.used)}</dd>
        <dt>In the making</dt>
        <dd>{amountOf(line.metric, line.reserved)}</dd>
        <dt>Left</dt>
        <dd>{line.limit === null ? "no limit" : amountOf(line.metric, Math.max(0, line.limit - takenOf(line)))}</dd>
        <dt>Limit</dt>
        <dd>{line.limit === null ? "none" : amountOf(line.metric, line.limit)}</dd>
        <dt>Share</dt>
        <dd>{line.percent === null ? "–" : `${amount(line.percent)} %`}</dd>
      </dl>
    </>
  );
}

function PastLine({ line }: { line: UsageLine }) {
  return (
    <>
      <h3>{metricName(line.metric)}</h3>
      <p className="month-line__share">{amountOf(line.metric, line.used)}</p>
      <p className="month-line__words">{isLevel(line.metric) ? "Stored at the month’s end." : "Used in the month."}</p>
      {line.reserved > 0 && <p className="soft">{amountOf(line.metric, line.reserved)} more in the making.</p>}
    </>
  );
}
