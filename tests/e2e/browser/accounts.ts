import type { Page, Route } from "@playwright/test";

/** An account that has everything a page can show: times, places and people that a test cannot bring about. */
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const DAY = 24 * 60;

export const me = "01K0000000000000000000000A";
const ruth = "01K0000000000000000000000B";
const long = "a.very.long.name.that.somebody.has.who.writes.often@a-long-name-of-a-parish.example.com";

export const sessions = [
  { id: "01K000000000000000000000S1", current: true, device: "Chrome on Linux", place: "203.0.113.7", started_at: ago(3 * DAY), last_seen_at: ago(0) },
  { id: "01K000000000000000000000S2", current: false, device: "Safari on iPhone", place: "2001:db8:85a3:8d3:1319:8a2e:370:7348", started_at: ago(9 * DAY), last_seen_at: ago(65) },
  { id: "01K000000000000000000000S3", current: false, device: "", place: "", started_at: ago(20 * DAY), last_seen_at: ago(12 * DAY) },
];

export const members = [
  { id: me, user_id: me, email: "naomi@example.com", role: "owner", you: true, joined_at: ago(200 * DAY), last_seen_at: ago(0) },
  { id: ruth, user_id: ruth, email: "ruth@example.com", role: "member", you: false, joined_at: ago(30 * DAY), last_seen_at: ago(130) },
  { id: "01K0000000000000000000000C", user_id: "01K0000000000000000000000C", email: long, role: "member", you: false, joined_at: ago(2 * DAY), last_seen_at: null },
];

export const invitations = [
  { id: "01K000000000000000000000I1", invitation_id: "01K000000000000000000000I1", email: "boaz@example.com", role: "owner", invited_by: me, created_at: ago(DAY), expires_at: ago(-6 * DAY) },
];

const key = (n: number, name: string, what: object = {}) => ({
  id: `01K000000000000000000000K${n}`,
  key_id: `01K000000000000000000000K${n}`,
  name,
  prefix: `dak_01K0000000000000000000000T_01K000000000000000000000K${n}_`,
  created_at: ago(40 * DAY),
  rotated_at: null,
  last_used_at: null,
  old_until: null,
  seen_by: me,
  ...what,
});

export const keys = [
  key(1, "Sunday newsletter", { last_used_at: ago(4) }),
  key(2, "The website of the parish, and the screen in its hall", { rotated_at: ago(20), last_used_at: ago(5 * DAY), old_until: ago(-40), seen_by: "01K0000000000000000000000D" }),
];

export const newKey = { ...key(3, "Podcast"), api_key: "dak_01K0000000000000000000000T_01K000000000000000000000K3_Zm9yIGEgdGVzdCBvbmx5IGFuZCBub3RoaW5nIGVsc2U_3f9a1c" };

const user = (id: string, label: string) => ({ kind: "user", id, label });
const entry = (n: number, action: string, what: object = {}) => ({
  id: `01K00000000000000000000A${String(n).padStart(2, "0")}`,
  at: ago(n * 7),
  action,
  result: "done",
  actor: user(me, "naomi@example.com"),
  target: "",
  detail: "",
  device: "Chrome on Linux",
  place: "203.0.113.7",
  ...what,
});

export const activity = [
  entry(1, "key.rotated", { target: keys[1]!.key_id }),
  entry(2, "member.role_changed", { target: ruth, detail: "member" }),
  entry(3, "key.revoked", { target: "01K000000000000000000000K9", actor: user(ruth, "ruth@example.com"), result: "refused", device: "Safari on iPhone", place: "2001:db8:85a3:8d3:1319:8a2e:370:7348" }),
  entry(4, "session.reused", { actor: { kind: "product", id: "", label: "" }, device: "", place: "" }),
  entry(5, "member.joined", { actor: user(ruth, "ruth@example.com"), detail: "member", device: "Safari on iPhone" }),
  entry(6, "terms.changed", { actor: { kind: "operator", id: "", label: "" }, detail: "pro", device: "", place: "" }),
  entry(7, "moon.landed"),
  entry(8, "account.created"),
];

export const suppressed = { email: "naomi@example.com", delivers: false, reason: "bounce", suppressed_since: ago(2 * DAY), suppressed_until: ago(-5 * DAY) };
const delivers = { email: "naomi@example.com", delivers: true, reason: null, suppressed_since: null, suppressed_until: null };

/** The API's answer that refuses something. */
export const problem = (status: number, code: string, detail = "") => ({
  status,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: "about:blank", title: code, status, code, detail, instance: "" }),
});

const page = (items: readonly object[], next: string | null = null) => ({ items, next_cursor: next });

interface Parts {
  sessions: readonly object[];
  members: readonly object[];
  invitations: readonly object[];
  keys: readonly object[];
  activity: readonly object[];
  mailbox: object;
}

/** Answers what the page of the account reads; nothing that it sends comes to the API. */
export async function giveAccount(p: Page, parts: Partial<Parts> = {}) {
  const all: Parts = { sessions, members, invitations, keys, activity, mailbox: delivers, ...parts };
  const reads = (path: string, answer: (route: Route) => object) =>
    p.route(
      (url) => url.pathname === path,
      (route) => (route.request().method() === "GET" ? route.fulfill({ json: answer(route) }) : route.fallback()),
    );
  await reads("/api/auth/sessions", () => page(all.sessions));
  await reads("/api/account/members", () => page(all.members));
  await reads("/api/account/invitations", () => page(all.invitations));
  await reads("/api/account/api-keys", () => page(all.keys));
  await reads("/api/account/mailbox", () => all.mailbox);
  await reads("/api/account/audit", (route) => {
    const { searchParams } = new URL(route.request().url());
    if (searchParams.get("month") !== new Date().toISOString().slice(0, 7)) return page([]);
    return searchParams.has("cursor") ? page(all.activity.slice(6)) : page(all.activity.slice(0, 6), all.activity.length > 6 ? "more" : null);
  });
}

const sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const made = (n: number, what: object) => ({
  id: `01K000000000000000000000E${n}`,
  export_id: `01K000000000000000000000E${n}`,
  status: "succeeded",
  step: "finished",
  progress: 1,
  size: 734_003_200,
  manifest_sha256: sum,
  download_url: null,
  created_at: ago(n * DAY),
  expires_at: ago((n - 7) * DAY - 5),
  error: null,
  ...what,
});
const unmade = { progress: 0, size: null, manifest_sha256: null, expires_at: null };

export const exports = {
  ready: made(1, {}),
  gone: made(9, {}),
  queued: made(0, { ...unmade, status: "queued", step: "listing" }),
  packing: made(0, { ...unmade, status: "running", step: "packing", progress: 0.427 }),
  failed: made(2, { ...unmade, status: "failed", step: "packing", error: { type: "about:blank", title: "Busy", status: 503, code: "unavailable", detail: "", instance: "" } }),
};

export const deletion = {
  none: { status: "none", erasure_id: null, effective_at: null },
  waiting: { status: "waiting", erasure_id: "01K000000000000000000000X1", effective_at: ago(-6 * DAY - 90) },
};

const backup = { last_backup_at: ago(300), next_backup_at: ago(-1140), earliest_restore: ago(30 * DAY), last_restore_drill_at: null };

interface Rights {
  exports: readonly object[] | (() => readonly object[]);
  deletion: object | (() => object);
  backup: object;
}

/** Answers what the page of the data reads. */
export async function giveData(p: Page, parts: Partial<Rights> = {}) {
  const all: Rights = { exports: [], deletion: deletion.none, backup, ...parts };
  const list = () => (typeof all.exports === "function" ? all.exports() : all.exports) as readonly { id: string }[];
  const reads = (path: RegExp, answer: (route: Route) => object) =>
    p.route(
      (url) => path.test(url.pathname),
      (route) => (route.request().method() === "GET" ? route.fulfill({ json: answer(route) }) : route.fallback()),
    );
  await reads(/^\/api\/account\/exports$/, () => page(list()));
  await reads(/^\/api\/account\/exports\/[^/]+$/, (route) => list().find(({ id }) => route.request().url().endsWith(id)) ?? {});
  await reads(/^\/api\/account\/deletion$/, () => (typeof all.deletion === "function" ? (all.deletion as () => object)() : all.deletion));
  await reads(/^\/api\/account\/backup$/, () => all.backup);
}

/** How things stand at the payment service: a month that is paid, unless it is said otherwise. */
const subscription = {
  plan: "pro",
  bought: "pro",
  status: "active",
  current_period_end: ago(-30 * DAY),
  trial_end: null,
  cancel_at_period_end: false,
  disputed: false,
  granted: null,
  mode: "stripe",
};

export type Subscription = Record<keyof typeof subscription, unknown>;

/** Lets an account have bought something: states of it that a test cannot bring about, or not in its time. */
export async function giveSubscription(p: Page, what: Partial<Subscription> | (() => Partial<Subscription>) = {}) {
  await p.route("**/api/billing/subscription", (route) =>
    route.fulfill({ json: { ...subscription, ...(typeof what === "function" ? what() : what) } }),
  );
}

export const nothingBought = { plan: "free", bought: "free", status: "free", current_period_end: null };

/** Lets the browser's person be somebody else than who signed in: of another role, or on another plan. */
export async function beSomebody(p: Page, who: { role?: "owner" | "member"; plan?: "free" | "pro" }) {
  if (who.plan) await giveSubscription(p, who.plan === "free" ? nothingBought : {});
  await p.route("**/api/auth/refresh", async (route) => {
    const answer = await route.fetch();
    if (!answer.ok()) return route.fulfill({ response: answer });
    const grant = (await answer.json()) as { user: object };
    return route.fulfill({ response: answer, json: { ...grant, user: { ...grant.user, user_id: me, email: "naomi@example.com", ...who } } });
  });
}
