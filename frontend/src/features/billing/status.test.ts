import { describe, expect, test } from "vitest";
import { hasArrived, isLive, isSettling, type Subscription } from "../../api/billing";
import { agreementOf, cancelingOf, standingOf, troubleOf } from "./status";

const subscription = (what: Partial<Subscription> = {}): Subscription => ({
  plan: "pro",
  bought: "pro",
  status: "active",
  current_period_end: "2026-12-27T12:00:00Z",
  trial_end: null,
  cancel_at_period_end: false,
  disputed: false,
  granted: null,
  mode: "stripe",
  ...what,
});

test.each<[Partial<Subscription>, string, string]>([
  [{ status: "free", plan: "free", bought: "free", current_period_end: null }, "Free", "Nothing is bought"],
  [{ status: "trialing", trial_end: "2026-12-05T12:00:00Z" }, "Trial until Dec 5, 2026", "From then on it is paid"],
  [
    { status: "trialing", trial_end: "2026-12-05T12:00:00Z", cancel_at_period_end: true },
    "Trial, ends on Dec 5, 2026",
    "is not paid after that",
  ],
  [{}, "Active until Dec 27, 2026", "renewed then"],
  [{ current_period_end: null }, "Active", "month by month"],
  [
    { cancel_at_period_end: true },
    "Ends on Dec 27, 2026",
    "It is canceled. All of Pro is yours until Dec 27, 2026, and nothing more is charged",
  ],
  [{ status: "past_due" }, "Payment overdue", "Pro goes on while it is tried again."],
  [{ status: "past_due", cancel_at_period_end: true }, "Payment overdue", "and ends on Dec 27, 2026"],
  [{ status: "unpaid", plan: "free" }, "Not paid", "when the open invoice is paid"],
  [{ status: "paused", plan: "free" }, "Paused", "without a way to pay"],
  [{ status: "incomplete", plan: "free" }, "Not complete", "Nothing is charged until it is"],
  [{ status: "incomplete_expired", plan: "free" }, "Not bought", "nothing was bought or charged"],
  [{ status: "canceled", plan: "free" }, "Ended", "has ended"],
])("%o is %s", (what, badge, text) => {
  const standing = standingOf(subscription(what));
  expect(standing.badge).toBe(badge);
  expect(standing.text).toContain(text);
});

test("what was agreed is said with its end", () => {
  expect(agreementOf(subscription())).toBeUndefined();
  expect(agreementOf(subscription({ granted: { plan: "enterprise", until: "2027-03-01T12:00:00Z" } }))).toBe(
    "Enterprise was agreed with you. Until Mar 1, 2027, it is in force whatever is bought.",
  );
  expect(agreementOf(subscription({ granted: { plan: "pro", until: null } }))).toContain("Its end is not agreed yet");
});

test.each<[Partial<Subscription>, string, string]>([
  [{}, "Pro stays in force until Dec 27, 2026. Nothing more is charged", "After that the account is on Free."],
  [{ current_period_end: null }, "Pro stays in force until the end of the month that is paid.", "on Free"],
  [{ status: "past_due" }, "The payment that is overdue is still tried", "on Free"],
  [
    { status: "unpaid", plan: "free" },
    "Pro is not in force now, because it is not paid. The subscription ends on Dec 27",
    "stays on Free",
  ],
  [{ status: "paused", plan: "free" }, "Pro is not in force now, because there is no way to pay.", "stays on Free"],
  [
    { plan: "enterprise", granted: { plan: "enterprise", until: null } },
    "The subscription goes on until Dec 27, 2026.",
    "What was agreed with you stays: the account is on Enterprise.",
  ],
])("to cancel %o", (what, until, after) => {
  const words = cancelingOf(subscription(what));
  expect(words.until).toContain(until);
  expect(words.until).toContain("you can take this back");
  expect(words.after).toContain(after);
});

describe("what needs somebody to do something", () => {
  test.each<[Partial<Subscription>, string | undefined]>([
    [{}, undefined],
    [{ status: "free" }, undefined],
    [{ cancel_at_period_end: true }, undefined],
    [{ status: "canceled" }, undefined],
    [{ status: "incomplete" }, undefined],
    [{ status: "past_due" }, "past_due"],
    [{ status: "unpaid" }, "unpaid"],
    [{ status: "paused" }, "paused"],
    [{ disputed: true }, "disputed"],
    // An open invoice can be paid; a dispute one can only wait for.
    [{ status: "past_due", disputed: true }, "past_due"],
    [{ status: "canceled", plan: "free", disputed: true }, undefined],
  ])("%o: %s", (what, kind) => {
    expect(troubleOf(subscription(what))?.kind).toBe(kind);
  });

  test("only a bank can end a dispute", () => {
    expect(troubleOf(subscription({ disputed: true }))?.act).toBeUndefined();
    expect(troubleOf(subscription({ status: "past_due" }))?.act).toBe("Change how you pay");
  });
});

test("a payment has arrived when the plan that it bought is in force", () => {
  expect(hasArrived(subscription())).toBe(true);
  expect(hasArrived(subscription({ status: "trialing" }))).toBe(true);
  expect(hasArrived(subscription({ status: "free", plan: "free", bought: "free" }))).toBe(false);
  expect(hasArrived(subscription({ status: "incomplete", plan: "free" }))).toBe(false);
  expect(hasArrived(subscription({ plan: "free" })), "bought, and not in force yet").toBe(false);
  expect(isSettling(subscription({ plan: "enterprise", granted: { plan: "enterprise", until: null } }))).toBe(false);
});

test("with what is live nothing else is sold", () => {
  const live = ["trialing", "active", "past_due", "unpaid", "paused"] as const;
  const over = ["free", "incomplete", "incomplete_expired", "canceled"] as const;
  expect(live.every((status) => isLive(subscription({ status })))).toBe(true);
  expect(over.some((status) => isLive(subscription({ status })))).toBe(false);
});
