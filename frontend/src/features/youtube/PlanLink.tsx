import type { ReactNode } from "react";
import { Link, useLocation } from "react-router";
import type { Plan } from "../../api/billing";
import { buttonClass } from "../../components/Button";
import { PlanMark } from "../../components/SeePlans";
import { billingAddress } from "../../components/plans";

/** In the place of a button that publishes, where the plan that it needs is missing. */
export function PlanLink({ plan, small = false, children }: { plan: Plan; small?: boolean; children: ReactNode }) {
  const { pathname } = useLocation();
  return (
    <Link
      className={buttonClass({ small })}
      to={billingAddress({ plan: plan.id, reason: "youtube_publish" })}
      state={{ from: pathname }}
    >
      {children} <PlanMark plan={plan} />
    </Link>
  );
}
