import type { Plan } from "../../api/billing";
import { metrics } from "../../api/usage";
import { Icon } from "../../components/Icon";
import { isLevel, metricName } from "../../components/metrics";
import { allFeatures, featureName, priceOf, quotaOf } from "../../components/plans";

/** The plans side by side. */
export function Compare({ plans }: { plans: readonly Plan[] }) {
  return (
    <div className="stack">
      <h2 id="compare">Compare</h2>
      {/* It scrolls by itself where it has no room: then it has to be reached by the keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls */}
      <div className="card compare" role="region" aria-labelledby="compare" tabIndex={0}>
        <table className="compare__table">
          <thead>
            <tr>
              <td />
              {plans.map((plan) => (
                <th key={plan.id} scope="col">
                  {plan.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Row name="Price of a month" plans={plans} cell={priceOf} />
            {metrics.map((metric) => (
              <Row
                key={metric}
                name={isLevel(metric) ? metricName(metric) : `${metricName(metric)} a month`}
                plans={plans}
                cell={(plan) => quotaOf(plan, metric) ?? "–"}
              />
            ))}
            {allFeatures.map((feature) => (
              <Row
                key={feature}
                name={featureName(feature)}
                plans={plans}
                cell={(plan) => <Has it={plan.features.includes(feature)} />}
              />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Row({ name, plans, cell }: { name: string; plans: readonly Plan[]; cell: (plan: Plan) => React.ReactNode }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {plans.map((plan) => (
        <td key={plan.id}>{cell(plan)}</td>
      ))}
    </tr>
  );
}

function Has({ it }: { it: boolean }) {
  return it ? (
    <span className="compare__yes">
      <Icon name="check" />
      <span className="visually-hidden">Yes</span>
    </span>
  ) : (
    <span className="soft">
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">No</span>
    </span>
  );
}
