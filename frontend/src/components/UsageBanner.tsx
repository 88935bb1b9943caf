import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { usageQuery, type UsageLine } from "../api/usage";
import { buttonClass } from "./Button";
import { ErrorNotice } from "./Notice";
import { Skeleton } from "./Skeleton";
import { amount, amountOf, metricName } from "./metrics";
import "./UsageBanner.css";

/** This month's quota, a bar per metric; orange from 90 % on. The page of the plans has no link to itself. */
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
const nothingYet = (["images_count", "tts_seconds", "render_minutes"] as const).map((metric): UsageLine => ({
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

function UsageBar({ line }: { line: UsageLine }) {
  const name = metricName(line.metric);
  const taken = line.used + line.reserved;
  const value =
    line.limit === null
      ? `${amountOf(line.metric, taken)}, no limit`
      : `${amount(taken)} of ${amountOf(line.metric, line.limit)}`;
  return (
    <li className={line.near_limit ? "usage-bar usage-bar--near" : "usage-bar"}>
      <div className="usage-bar__line" aria-hidden="true">
        <span className="usage-bar__name">{name}</span>
        <span className="usage-bar__value">{value}</span>
      </div>
      <div
        className="usage-bar__track"
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={line.limit ?? Math.max(taken, 1)}
        aria-valuenow={line.limit === null ? taken : Math.min(taken, line.limit)}
        aria-valuetext={value + (line.near_limit ? ", nearly used up" : "")}
      >
        <div className="usage-bar__fill" style={{ inlineSize: `${Math.min(line.percent ?? 0, 100)}%` }} />
      </div>
    </li>
  );
}
