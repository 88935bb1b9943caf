import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { components } from "./schema";

export type Plan = components["schemas"]["PlanAnswer"];
export type PlanId = Plan["id"];
/** A plan that is bought. */
export type PaidPlan = Exclude<PlanId, "free">;
export type Feature = Plan["features"][number];
export type Subscription = components["schemas"]["SubscriptionAnswer"];
export type SubscriptionStatus = Subscription["status"];

// Plans change with a deployment only.
const HOUR_MS = 3_600_000;

export const plansQuery = queryOptions({
  queryKey: ["plans"],
  queryFn: ({ signal }) => answer(api.GET("/api/billing/plans", { signal })),
  staleTime: HOUR_MS,
});

/**
 * What was bought and what is in force. What a change of it answers is newer than
 * what is read right after it, which tells of it once the payment service has:
 * so it is not read again for a while.
 */
export const subscriptionQuery = queryOptions({
  queryKey: ["subscription"],
  queryFn: ({ signal }): Promise<Subscription> => answer(api.GET("/api/billing/subscription", { signal })),
  staleTime: 30_000,
});

/** The address of a page where a plan is bought. */
export const checkoutPage = async (plan: PaidPlan): Promise<string> =>
  (await answer(api.POST("/api/billing/checkout", { body: { plan } }))).url;

/** The address of a page with the card, the invoices and the end of the subscription. */
export const portalPage = async (): Promise<string> => (await answer(api.POST("/api/billing/portal"))).url;

export const changePlan = (plan: PlanId): Promise<Subscription> => answer(api.POST("/api/billing/change", { body: { plan } }));

export const cancelSubscription = (): Promise<Subscription> => answer(api.POST("/api/billing/cancel"));

export const resumeSubscription = (): Promise<Subscription> => answer(api.POST("/api/billing/resume"));

/** Whether there is a subscription that can be changed or ended; with one, no other is sold. */
export const isLive = ({ status }: Subscription) => entitles(status) || status === "unpaid" || status === "paused";

const entitles = (status: SubscriptionStatus) => status === "trialing" || status === "active" || status === "past_due";

/**
 * Whether what was bought and what is in force have parted: they do for as long
 * as the payment service takes to tell of a change.
 */
export const isSettling = (s: Subscription) => entitles(s.status) && s.granted === null && s.bought !== s.plan;

/** Whether what was bought at a checkout is here. */
export const hasArrived = (s: Subscription) => entitles(s.status) && !isSettling(s);
