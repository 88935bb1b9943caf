import { useState } from "react";
import { metrics, type Metric } from "../../api/usage";
import { Button } from "../../components/Button";
import { Choices } from "../../components/Choices";
import { metricName } from "../../components/metrics";
import { monthOf } from "../../components/times";
import { Chart, inWords } from "./Chart";
import type { Month } from "./months";

interface HistoryProps {
  months: readonly Month[];
  chosen: string;
  search: (month: string) => string;
  older: { more: boolean; busy: boolean; ask: () => void };
}

const choices = metrics.map((metric) => ({ value: metric, label: metricName(metric) }));

/** Month after month of one metric, as a chart and as a table. */
export function History({ months, chosen, search, older }: HistoryProps) {
  const [metric, setMetric] = useState<Metric>("images_count");
  const nothing = months.every(({ amounts }) => metrics.every((m) => amounts[m].used + amounts[m].reserved === 0));
  if (nothing && !older.more) return <p className="soft">Nothing yet. What you make is counted here, month by month.</p>;
  return (
    <>
      <Choices legend="What is shown" options={choices} value={metric} onChange={setMetric} />
      <Chart months={months} metric={metric} chosen={chosen} search={search} />
      {older.more && (
        <div>
          <Button small busy={older.busy} onClick={older.ask}>
            Older months
          </Button>
        </div>
      )}
      <details className="month-table">
        <summary>The same as a table</summary>
        <table>
          <caption className="visually-hidden">{metricName(metric)} by month, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Month</th>
              <th scope="col">{metricName(metric)}</th>
            </tr>
          </thead>
          <tbody>
            {months.toReversed().map(({ month, amounts }) => (
              <tr key={month}>
                <th scope="row">{monthOf(month)}</th>
                <td>{inWords(metric, amounts[metric])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
