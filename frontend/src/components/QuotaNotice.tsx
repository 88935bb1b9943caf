import type { ApiError } from "../api/problem";
import type { components } from "../api/schema";
import { Notice } from "./Notice";
import { Remedy } from "./Remedy";
import { MoreRoom, SeeRoom } from "./SeePlans";
import { amountOf, isLevel, metricName } from "./metrics";

type QuotaProblem = components["schemas"]["QuotaProblem"];

interface QuotaNoticeProps {
  /** A quota_exceeded. */
  error: ApiError;
  /** What was refused, such as "this video". */
  what: string;
  shorten?: string;
}

/** Which quota is used up, by how much it fails, and what one can do. */
export function QuotaNotice({ error, what, shorten }: QuotaNoticeProps) {
  const q = error.problem as QuotaProblem;
  const left = Math.max(0, q.limit - q.used - q.reserved);
  const whole = `${isLevel(q.metric) ? "your" : "this month’s"} ${amountOf(q.metric, q.limit)}`;
  const needs = [{ metric: q.metric, total: q.used + q.reserved + q.requested }];
  return (
    <Notice tone="bad" actions={<SeeRoom needs={needs} />}>
      {`${metricName(q.metric)}: ${what} needs ${amountOf(q.metric, q.requested)}, and ${amountOf(q.metric, left)} of ${whole} ${isLevel(q.metric) || left === 1 ? "is" : "are"} left. `}
      <Remedy metrics={[q.metric]} {...(shorten !== undefined && { shorten })} begins={q.period_end} /> <MoreRoom needs={needs} />
    </Notice>
  );
}
