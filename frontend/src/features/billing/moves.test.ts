import { expect, test } from "vitest";
import type { Plan, PlanId, Subscription } from "../../api/billing";
import { moveTo } from "./moves";
import { LATE_MS, nextLook } from "./waiting";

const plan = (id: PlanId, cents: number | null): Plan => ({
  id,
  name: id,
  price: cents === null ? null : { cents, currency: "usd" },
  contact: cents === null,
  quotas: [],
  features: [],
});
const plans = [plan("free", 0), plan("pro", 2900), plan("enterprise", null)];
const [free, pro, enterprise] = plans as [Plan, Plan, Plan];

const subscription = (what: Partial<Subscription> = {}): Subscription => ({
  plan: "free",
  bought: "free",
  status: "free",
  current_period_end: null,
  trial_end: null,
  cancel_at_period_end: false,
  disputed: false,
  granted: null,
  mode: "mock",
  ...what,
});
const bought = (what: Partial<Subscription> = {}) => subscription({ plan: "pro", bought: "pro", status: "active", ...what });

const what = (s: Subscription) => [free, pro, enterprise].map((to) => moveTo(to, plans, s).do);

test.each<[string, Subscription, string[]]>([
  ["nothing bought", subscription(), ["nothing", "buy", "ask"]],
  ["bought", bought(), ["cancel", "nothing", "ask"]],
  ["to end", bought({ cancel_at_period_end: true }), ["nothing", "resume", "ask"]],
  ["past due", bought({ status: "past_due" }), ["cancel", "nothing", "ask"]],
  ["unpaid", bought({ status: "unpaid", plan: "free" }), ["cancel", "nothing", "ask"]],
  ["ended", bought({ status: "canceled", plan: "free" }), ["nothing", "buy", "ask"]],
  ["not completed", bought({ status: "incomplete", plan: "free" }), ["nothing", "buy", "ask"]],
  ["pro is agreed", subscription({ plan: "pro", granted: { plan: "pro", until: null } }), ["nothing", "nothing", "ask"]],
  ["free is agreed", subscription({ granted: { plan: "free", until: null } }), ["nothing", "ask", "ask"]],
  [
    "all is agreed",
    subscription({ plan: "enterprise", granted: { plan: "enterprise", until: null } }),
    ["nothing", "nothing", "nothing"],
  ],
  ["nothing is sold here", subscription({ mode: "off" }), ["nothing", "nothing", "nothing"]],
])("%s", (_, s, moves) => {
  expect(what(s)).toEqual(moves);
});

test("between plans that are sold one changes, dearer or cheaper", () => {
  const sold = [free, pro, plan("enterprise", 9900)] as [Plan, Plan, Plan];
  expect(moveTo(sold[2], sold, bought())).toEqual({ do: "change", dearer: true });
  expect(moveTo(pro, sold, bought({ bought: "enterprise", plan: "enterprise" }))).toEqual({ do: "change", dearer: false });
});

test("a payment is looked for soon, then ever more slowly, and not for ever", () => {
  expect(nextLook(0, 500)).toBe(1_000);
  expect(nextLook(0, 20_500)).toBe(5_125);
  expect(nextLook(500, 0), "an answer from before").toBeLessThan(1_000);
  expect(nextLook(0, 3_600_000)).toBe(false);
  let [at, looks] = [0, 0];
  for (let wait: number | false; (wait = nextLook(0, at)) !== false && at < LATE_MS; at += wait) looks++;
  expect(looks, "in the first minute").toBeLessThan(25);
});
