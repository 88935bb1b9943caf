import { expect, test } from "vitest";
import type { Plan } from "../api/billing";
import { answerTo, billingAddress, partOfPlan, planFor, planWith, priceOf, quotaOf, roomOf, roomsOf, wantedIn } from "./plans";

const limits = (minutes: number | null, megabytes: number | null) => [
  { metric: "render_minutes", unit: "minutes", limit: minutes },
  { metric: "storage_mb", unit: "MB", limit: megabytes },
];
const free: Plan = {
  id: "free",
  name: "Free",
  price: { cents: 0, currency: "usd" },
  contact: false,
  quotas: limits(15, 500),
  features: [],
};
const pro: Plan = {
  id: "pro",
  name: "Pro",
  price: { cents: 2900, currency: "usd" },
  contact: false,
  quotas: limits(75, 2500),
  features: ["render_4k"],
};
const enterprise: Plan = {
  id: "enterprise",
  name: "Enterprise",
  price: null,
  contact: true,
  quotas: limits(null, null),
  features: ["render_4k"],
};
const plans = [free, pro, enterprise];

test("the smallest plan above one's own in which all of it fits", () => {
  const minutes = (total: number) => planFor(plans, "free", [{ metric: "render_minutes", total }])?.id;
  expect(minutes(16)).toBe("pro");
  expect(minutes(75)).toBe("pro");
  expect(minutes(75.001)).toBe("enterprise");
  // With limits of one's own even the plan's quota may be more than one has: it is not the way out.
  expect(minutes(2)).toBe("pro");
  expect(
    planFor(plans, "free", [
      { metric: "render_minutes", total: 20 },
      { metric: "storage_mb", total: 3000 },
    ])?.id,
  ).toBe("enterprise");
  expect(planFor(plans, "pro", [{ metric: "render_minutes", total: 20 }])?.id).toBe("enterprise");
  expect(planFor(plans, "enterprise", [{ metric: "render_minutes", total: 20 }])).toBeUndefined();
  expect(planFor(plans, "free", [{ metric: "something_new", total: 1 }]), "that no plan says anything of").toBeUndefined();
});

test("the smallest plan with a feature", () => {
  expect(planWith(plans, "render_4k")?.id).toBe("pro");
  expect(planWith(plans, "members")).toBeUndefined();
  expect(partOfPlan("render_4k", pro)).toBe("4K is part of the Pro plan.");
  expect(partOfPlan("members", undefined)).toBe("Inviting people is not part of your plan.");
});

test("prices and quotas as people read them", () => {
  expect([free, pro, enterprise].map(priceOf)).toEqual(["$0", "$29", "By agreement"]);
  expect(priceOf({ ...pro, price: { cents: 2950, currency: "eur" } })).toBe("€29.50");
  expect(priceOf({ ...pro, price: { cents: 2950, currency: "" } })).toContain("29.5");
  expect(quotaOf(pro, "storage_mb")).toBe("2.5 GB");
  expect(quotaOf(enterprise, "storage_mb")).toBe("No limit");
  expect(quotaOf(pro, "something_new")).toBeUndefined();
  expect(roomOf(pro, "render_minutes")).toBe("75 minutes a month");
  expect(
    roomsOf(pro, [
      { metric: "render_minutes", total: 1 },
      { metric: "storage_mb", total: 1 },
    ]),
  ).toBe("75 minutes a month and 2.5 GB");
});

test("what somebody came for is in the address and is read from there, and nothing else", () => {
  const there = billingAddress({ plan: "pro", reason: "render_minutes" });
  expect(there).toBe("/billing?plan=pro&for=render_minutes");
  expect(wantedIn(new URL(there, "https://a").searchParams)).toEqual({ plan: "pro", reason: "render_minutes" });
  expect(wantedIn(new URLSearchParams("plan=constructor&for=<b>"))).toEqual({ plan: undefined, reason: "" });
  expect(billingAddress({ plan: undefined, reason: "members" })).toBe("/billing");
  expect(answerTo("render_minutes", pro)).toBe("Video minutes: the Pro plan has 75 minutes a month.");
  expect(answerTo("render_minutes", enterprise)).toBe("The Enterprise plan has no limit of video minutes.");
  expect(answerTo("render_4k", pro)).toBe("4K is part of the Pro plan.");
  expect(answerTo("render_4k", free)).toBeUndefined();
  expect(answerTo("", pro)).toBeUndefined();
});
