import { isLive, type PaidPlan, type Plan, type PlanId, type Subscription } from "../../api/billing";

/** What an owner can do about a plan. */
export type Move =
  | { do: "nothing"; note: string }
  | { do: "buy"; plan: PaidPlan }
  | { do: "change"; dearer: boolean }
  | { do: "cancel" }
  | { do: "resume" }
  | { do: "ask" };

const nothing = (note = ""): Move => ({ do: "nothing", note });

/** What leads from how things stand to a plan; plans come the smallest first. */
export function moveTo(plan: Plan, plans: readonly Plan[], s: Subscription): Move {
  const rank = (id: PlanId) => plans.findIndex((p) => p.id === id);
  if (s.mode === "off") return nothing();
  if (s.granted !== null && rank(plan.id) <= rank(s.granted.plan))
    return nothing(plan.id === s.plan ? "" : "Part of what was agreed");
  // While an agreement holds, nothing that is bought comes into force.
  if (s.granted !== null && !isLive(s)) return { do: "ask" };
  const live = isLive(s);
  if (plan.id === "free") {
    if (!live) return nothing();
    return s.cancel_at_period_end ? nothing("From the end of what is paid") : { do: "cancel" };
  }
  if (live && s.bought === plan.id) return s.cancel_at_period_end ? { do: "resume" } : nothing();
  if (plan.contact) return { do: "ask" };
  return live ? { do: "change", dearer: rank(plan.id) > rank(s.bought) } : { do: "buy", plan: plan.id };
}
