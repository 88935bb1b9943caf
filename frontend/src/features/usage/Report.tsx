import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { monthQuery, monthsQuery, type Usage } from "../../api/usage";
import { MonthPicker } from "../../components/MonthPicker";
import { ErrorNotice } from "../../components/Notice";
import { Skeleton } from "../../components/Skeleton";
import { isMonth, monthOf } from "../../components/times";
import { History } from "./History";
import { MonthReport } from "./MonthReport";
import { withGaps } from "./months";
import "./Usage.css";

/** Enough months for a chart, whenever somebody came. */
const LEAST = 6;

interface ReportProps {
  /** The present month. */
  usage: Usage;
  /** The month in the address; one that is none, or to come, is the present one. */
  asked: string;
  /** Shows a month; "" is the present one. */
  onMonth: (month: string) => void;
}

export function Report({ usage, asked, onMonth }: ReportProps) {
  const now = usage.period.start.slice(0, 7);
  const month = isMonth(asked) && asked < now ? asked : now;
  const history = useInfiniteQuery(monthsQuery);
  const known = history.data?.pages.flatMap((page) => page.items) ?? [];
  const months = withGaps(known, now, LEAST);
  const search = (chosen: string) => (chosen === now ? "?" : `?month=${chosen}`);
  return (
    <>
      <section className="stack" aria-labelledby="month">
        <div className="month-head">
          <h2 id="month" aria-live="polite">
            {month === now ? `This month, ${monthOf(month)}` : monthOf(month)}
          </h2>
          <MonthPicker
            month={month}
            months={months.map((m) => m.month)}
            first={history.hasNextPage ? "" : (months[0]?.month ?? now)}
            last={now}
            onChange={(chosen) => onMonth(chosen === now ? "" : chosen)}
          />
        </div>
        {month === now ? <MonthReport usage={usage} past={false} /> : <PastMonth month={month} shape={usage} />}
      </section>
      <section className="card stack" aria-labelledby="history">
        <h2 id="history">Month by month</h2>
        {history.isError && <ErrorNotice error={history.error} retry={() => void history.refetch()} busy={history.isFetching} />}
        {history.data ? (
          <History
            months={months}
            chosen={month}
            search={search}
            older={{ more: history.hasNextPage, busy: history.isFetchingNextPage, ask: () => void history.fetchNextPage() }}
          />
        ) : (
          history.isPending && <Skeleton height={22} label="Loading the months" />
        )}
      </section>
    </>
  );
}

function PastMonth({ month, shape }: { month: string; shape: Usage }) {
  const usage = useQuery(monthQuery(month));
  if (usage.data) return <MonthReport usage={usage.data} past />;
  if (usage.isError) return <ErrorNotice error={usage.error} retry={() => void usage.refetch()} busy={usage.isFetching} />;
  return (
    <Skeleton label="Loading the month">
      <MonthReport usage={shape} past />
    </Skeleton>
  );
}
