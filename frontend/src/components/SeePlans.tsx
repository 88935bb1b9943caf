import { Link, useLocation } from "react-router";
import type { Feature, Plan } from "../api/billing";
import { buttonClass } from "./Button";
import { billingAddress, partOfPlan, planFor, planWith, roomsOf, type Need } from "./plans";
import { useCurrentPlan, usePlans } from "./usePlans";

/** A link to the plan that would do; to all of them while none is known. */
function SeePlan({ plan, reason }: { plan: Plan | undefined; reason: string }) {
  const { pathname, search } = useLocation();
  return (
    <Link
      className={buttonClass({ small: true })}
      to={billingAddress({ plan: plan?.id, reason })}
      state={{ from: pathname + search }}
    >
      {plan ? `See the ${plan.name} plan` : "See plans"}
    </Link>
  );
}

/** Leads to the smallest plan that has a feature. */
export function SeeFeature({ feature }: { feature: Feature }) {
  return <SeePlan plan={planWith(usePlans(), feature)} reason={feature} />;
}

/** Leads to the smallest plan in which all of that fits. */
export function SeeRoom({ needs }: { needs: readonly Need[] }) {
  const plan = planFor(usePlans(), useCurrentPlan(), needs);
  return <SeePlan plan={plan} reason={needs[0]?.metric ?? ""} />;
}

/** Marks what needs a plan that one does not have. */
export function PlanMark({ plan }: { plan: Plan }) {
  return (
    <span className="lock">
      <span className="visually-hidden">needs the </span>
      {plan.name}
      <span className="visually-hidden"> plan</span>
    </span>
  );
}

/** In words: the smallest plan in which all of that fits. */
export function MoreRoom({ needs }: { needs: readonly Need[] }) {
  const plan = planFor(usePlans(), useCurrentPlan(), needs);
  return plan && needs.length > 0 && `It would fit in the ${plan.name} plan, with ${roomsOf(plan, needs)}.`;
}

/** In words: which plan has a feature. */
export function NeedsPlan({ feature }: { feature: Feature }) {
  return partOfPlan(feature, planWith(usePlans(), feature));
}
