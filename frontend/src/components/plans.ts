import type { Feature, Plan, PlanId } from "../api/billing";
import { metrics } from "../api/usage";
import { amountOf, isLevel, metricName } from "./metrics";

const names: Record<PlanId, string> = { free: "Free", pro: "Pro", enterprise: "Enterprise" };

/** What a plan is called. */
export const planName = (id: PlanId) => names[id];

interface FeatureWords {
  /** In a list of what a plan has. */
  name: string;
  /** A sentence about the plan that has it, without its end. */
  is: string;
}

const features: Record<Feature, FeatureWords> = {
  render_4k: { name: "4K videos", is: "4K is" },
  youtube_publish: { name: "Publishing to YouTube", is: "Publishing to YouTube is" },
  members: { name: "Inviting people into the account", is: "Inviting people is" },
};

export const allFeatures = Object.keys(features) as Feature[];

export const isFeature = (name: string): name is Feature => Object.hasOwn(features, name);

export const featureName = (feature: Feature) => features[feature].name;

/** A price of a month, such as "$29", and whether it is one at all. */
export function priceOf({ price }: Plan): string {
  if (price === null) return "By agreement";
  return money(price.cents, price.currency);
}

function money(cents: number, currency: string): string {
  try {
    return new Intl.NumberFormat("en", {
      style: "currency",
      currency,
      minimumFractionDigits: cents % 100 === 0 ? 0 : 2,
    }).format(cents / 100);
  } catch {
    return `${cents / 100} ${currency.toUpperCase()}`; // no currency that is known here
  }
}

export const NO_LIMIT = "No limit";

/** How much of a metric a plan has, such as "75 minutes"; undefined where the plan says nothing of it. */
export function quotaOf(plan: Plan, metric: string): string | undefined {
  const quota = plan.quotas.find((q) => q.metric === metric);
  if (!quota) return undefined;
  return quota.limit === null ? NO_LIMIT : amountOf(metric, quota.limit);
}

/** What a plan holds of a metric, as a part of a sentence: "75 minutes a month". */
export function roomOf(plan: Plan, metric: string): string {
  const quota = quotaOf(plan, metric);
  if (quota === undefined || quota === NO_LIMIT) return `no limit of ${metricName(metric).toLowerCase()}`;
  return isLevel(metric) ? quota : `${quota} a month`;
}

/** What a plan holds of several metrics: "75 minutes and 500 pictures a month". */
export const roomsOf = (plan: Plan, needs: readonly Need[]) =>
  new Intl.ListFormat("en").format(needs.map(({ metric }) => roomOf(plan, metric)));

/** What an account would take of a metric in all. */
export interface Need {
  metric: string;
  total: number;
}

/** The smallest plan, above the one in force, in which all of that fits; plans come the smallest first. */
export function planFor(plans: readonly Plan[], current: PlanId, needs: readonly Need[]): Plan | undefined {
  const fits = (plan: Plan, { metric, total }: Need) => {
    const quota = plan.quotas.find((q) => q.metric === metric);
    return quota !== undefined && (quota.limit === null || quota.limit >= total);
  };
  return plansAbove(plans, current).find((plan) => needs.every((need) => fits(plan, need)));
}

/** The smallest plan that has a feature. */
export const planWith = (plans: readonly Plan[], feature: Feature) => plans.find((plan) => plan.features.includes(feature));

/** "4K is part of the Pro plan." */
export const partOfPlan = (feature: Feature, plan: Plan | undefined) =>
  `${features[feature].is} ${plan ? `part of the ${plan.name} plan` : "not part of your plan"}.`;

const plansAbove = (plans: readonly Plan[], current: PlanId) => plans.slice(plans.findIndex((p) => p.id === current) + 1);

export interface Wanted {
  plan: PlanId | undefined;
  /** A metric or a feature; "" where none is known. */
  reason: string;
}

/** The page of the plans, with the one that would do and what for. */
export function billingAddress({ plan, reason }: Wanted): string {
  if (plan === undefined) return "/billing";
  return `/billing?${new URLSearchParams({ plan, ...(reason !== "" && { for: reason }) })}`;
}

/** What the address of that page asks for; what it does not know is nothing. */
export function wantedIn(params: URLSearchParams): Wanted {
  const plan = params.get("plan") ?? "";
  const reason = params.get("for") ?? "";
  return {
    plan: Object.hasOwn(names, plan) ? (plan as PlanId) : undefined,
    reason: isFeature(reason) || metrics.some((metric) => metric === reason) ? reason : "",
  };
}

/** What somebody came to the plans for, as a sentence about a plan; undefined without a reason. */
export function answerTo(reason: string, plan: Plan): string | undefined {
  if (isFeature(reason)) return plan.features.includes(reason) ? partOfPlan(reason, plan) : undefined;
  if (reason === "") return undefined;
  const room = roomOf(plan, reason);
  return room.startsWith("no limit")
    ? `The ${plan.name} plan has ${room}.`
    : `${metricName(reason)}: the ${plan.name} plan has ${room}.`;
}
