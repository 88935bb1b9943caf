import { useQuery } from "@tanstack/react-query";
import { canPass, hasCode, sentenceFor } from "../../api/problem";
import { quoteQuery, type Quote } from "../../api/projects";
import { usageQuery } from "../../api/usage";
import { ErrorNotice, Notice } from "../../components/Notice";
import { Remedy } from "../../components/Remedy";
import { MoreRoom, NeedsPlan, SeeFeature, SeeRoom } from "../../components/SeePlans";
import { amountOf, leftOf, metricName, takenOf } from "../../components/metrics";
import { clock } from "../../components/times";

interface PriceProps {
  project: string;
  version: number;
  /** The API does not have the last edit yet. */
  waiting: boolean;
  /** There is nothing to read aloud. */
  empty: boolean;
}

/** What this video needs of each metric, and what is left; before pressing. */
export function Price({ project, version, waiting, empty }: PriceProps) {
  const quote = useQuery({ ...quoteQuery(project, version), placeholderData: (before) => before, enabled: !waiting && !empty });
  return (
    <section className="price" aria-label="Price" aria-busy={waiting || quote.isFetching}>
      <h2>This video</h2>
      {empty ? (
        <p className="soft">Write some text to see what the video takes.</p>
      ) : quote.error ? (
        <WhyNot error={quote.error} retry={() => void quote.refetch()} busy={quote.isFetching} />
      ) : quote.data ? (
        <QuoteLines quote={quote.data} />
      ) : (
        <p className="soft">Working out what it takes …</p>
      )}
    </section>
  );
}

function WhyNot({ error, retry, busy }: { error: unknown; retry: () => void; busy: boolean }) {
  if (!canPass(error)) return <p className="soft">{sentenceFor(error)}</p>;
  if (hasCode(error, "feature_not_in_plan")) return <NotInPlan />;
  return <ErrorNotice error={error} retry={retry} busy={busy} />;
}

function NotInPlan() {
  return (
    <Notice tone="near" actions={<SeeFeature feature="render_4k" />}>
      <NeedsPlan feature="render_4k" /> Choose a lower resolution, or a plan with 4K.
    </Notice>
  );
}

/** What a video takes, and what its author should know before it is made. */
export function QuoteLines({ quote }: { quote: Quote }) {
  const missing = quote.metrics.filter((m) => !m.fits);
  const usage = useQuery({ ...usageQuery, enabled: missing.length > 0 });
  const needs = missing.flatMap((m) => {
    const line = usage.data?.metrics.find((u) => u.metric === m.metric);
    return line ? [{ metric: m.metric, total: takenOf(line) + m.needed }] : [];
  });
  return (
    <>
      <p>
        About <strong>{clock(quote.duration_ms)}</strong> long
      </p>
      <ul className="price__lines">
        {quote.metrics
          .filter((m) => m.needed > 0 || !m.fits)
          .map((m) => (
            <li key={m.metric} className={m.fits ? "price__line" : "price__line price__line--over"}>
              <span>{metricName(m.metric)}</span>
              <span>
                {m.left === null ? amountOf(m.metric, m.needed) : `${amountOf(m.metric, m.needed)} · ${leftOf(m.metric, m.left)}`}
              </span>
            </li>
          ))}
      </ul>
      {quote.warnings.length > 0 && (
        <Notice tone="near">
          <ul>
            {quote.warnings.map((w) => (
              <li key={`${w.code} ${w.scene ?? 0}`}>{w.message}</li>
            ))}
          </ul>
        </Notice>
      )}
      {missing.length > 0 && (
        <Notice tone="bad" actions={<SeeRoom needs={needs} />}>
          {`This video needs ${missing.map((m) => amountOf(m.metric, Math.max(m.missing, 0.1))).join(" and ")} more than is left. `}
          <Remedy metrics={missing.map((m) => m.metric)} shorten="Shorten it" begins={quote.period_end} />{" "}
          <MoreRoom needs={needs} />
        </Notice>
      )}
    </>
  );
}
