import { useQuery } from "@tanstack/react-query";
import { plansQuery, subscriptionQuery, type Feature, type Plan, type PlanId } from "../api/billing";
import { useUser } from "../api/useSession";
import { planWith } from "./plans";

/** The plan in force: as it was read last, or as the session had it. */
export function useCurrentPlan(): PlanId {
  const { plan } = useUser();
  return useQuery(subscriptionQuery).data?.plan ?? plan;
}

/** The plans, the smallest first; none while they are not known. */
export function usePlans(): readonly Plan[] {
  return useQuery(plansQuery).data?.items ?? none;
}

const none: readonly Plan[] = [];

/** The plan that one would need for a feature; undefined where one has it, or while nothing is known. */
export function useMissing(feature: Feature): Plan | undefined {
  const plans = usePlans();
  const current = useCurrentPlan();
  if (plans.find((plan) => plan.id === current)?.features.includes(feature) !== false) return undefined;
  return planWith(plans, feature);
}
