import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { metrics, usageQuery, type UsageLine } from "../api/usage";
import { buttonClass } from "./Button";
import { ErrorNotice } from "./Notice";
import { Skeleton } from "./Skeleton";
import { UsageMeter } from "./UsageMeter";
import { amountOf, forecast, metricName, shareOf, takenOf } from "./metrics";
import "./UsageBanner.css";

/** This month's quota, a bar per metric; marked from 90 % on. The page of the plans has no link to itself. */
export function UsageBanner({ upgrade = true }: { upgrade?: boolean }) {
  const usage = useQuery(usageQuery);
  return (
    <section aria-label="Usage">
      {usage.data ? (
        <Bars lines={usage.data.metrics} upgrade={upgrade && usage.data.plan !== "enterprise"} />
      ) : usage.isError ? (
        <ErrorNotice error={usage.error} retry={() => void usage.refetch()} busy={usage.isFetching} />
      ) : (
        <Skeleton label="Loading your usage">
          <Bars lines={nothingYet} upgrade={upgrade} />
        </Skeleton>
      )}
    </section>
  );
}

/** Takes the place of the lines until they are known. */
const nothingYet = metrics.map((metric): UsageLine => ({
  metric,
  unit: "count",
  used: 0,
  reserved: 0,
  limit: 0,
  percent: 0,
  near_limit: false,
  runs_out_on: null,
}));

function Bars({ lines, upgrade }: { lines: UsageLine[]; upgrade: boolean }) {
  return (
    <div className="card usage-banner">
      <ul className="usage-banner__metrics">
        {lines.map((line) => (
          <UsageBar key={line.metric} line={line} />
        ))}
      </ul>
      {upgrade && (
        <Link className={buttonClass({ small: true })} to="/billing">
          Upgrade
        </Link>
      )}
    </div>
  );
}

/** The room for words under a bar is there with and without them, so that nothing moves. */
function UsageBar({ line }: { line: UsageLine }) {
  const words = forecast(line);
  return (
    <li className={line.near_limit ? "usage-bar usage-bar--near" : "usage-bar"}>
      <div className="usage-bar__line" aria-hidden="true">
        <span className="usage-bar__name">
          {metricName(line.metric)}
          {words && <span className="usage-bar__short"> {words.short}</span>}
        </span>
        <span className="usage-bar__value">{line.limit === null ? amountOf(line.metric, takenOf(line)) : shareOf(line)}</span>
      </div>
      <UsageMeter line={line} />
      <p className="usage-bar__words" aria-hidden="true">
        {words?.long}
      </p>
    </li>
  );
}
