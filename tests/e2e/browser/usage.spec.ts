import type { Page } from "@playwright/test";
import { inspect, looks } from "./inspect.ts";
import { expect, heading, open, test } from "./test.ts";

const some = [looks[0]!, looks[3]!];
const metrics = ["images_count", "tts_seconds", "render_minutes", "storage_mb", "uploads_count"];

/** The month that is `ago` months before this one, as the API names it. */
function monthBefore(ago: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1)).toISOString().slice(0, 7);
}

const named = (ago: number) =>
  new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(`${monthBefore(ago)}-01T00:00:00Z`));

const use = (ago: number, ...used: number[]) => ({
  month: monthBefore(ago),
  metrics: metrics.map((metric, i) => ({ metric, unit: "count", used: used[i] ?? 0, reserved: ago === 0 && i === 0 ? 2 : 0 })),
});

/** Months that lie in the past cannot be brought about: the API is given them. */
async function givePast(page: Page) {
  await page.route("**/api/usage/months?*", (route) => {
    const older = new URL(route.request().url()).searchParams.has("cursor");
    const recent = [use(0, 3, 40, 1.2, 12, 1), use(1, 18, 1200, 11.5, 11, 2), use(2, 9, 700, 6, 9, 0), use(5, 14, 900, 8, 4, 6), use(9, 2, 90, 1, 1, 0)];
    return route.fulfill({
      json: older ? { items: [use(13, 20, 1700, 14, 1, 9)], next_cursor: null } : { items: recent, next_cursor: "more" },
    });
  });
}

test("the banner has a bar for each metric, also for a screen reader", async ({ page, signIn }) => {
  await signIn(page);
  await open(page, "/", "Create a video");
  const meters = page.getByRole("region", { name: "Usage" }).getByRole("meter");
  await expect(meters).toHaveCount(5);
  const said = await meters.evaluateAll((all) => all.map((m) => `${m.getAttribute("aria-label")}: ${m.getAttribute("aria-valuetext")}`));
  expect(said).toEqual([
    "Pictures: 0 of 20 pictures",
    "Narration: 0 of 1,800 seconds",
    "Video minutes: 0 of 1 minute",
    "Storage: 0 MB of 500 MB",
    "Uploads: 0 of 3 uploads",
  ]);
});

test("no limit is shown as such", async ({ page, signIn }) => {
  await signIn(page);
  await page.route("**/api/usage", async (route) => {
    const usage = (await (await route.fetch()).json()) as { metrics: object[] };
    const free = usage.metrics.map((line) => ({ ...line, used: 1234.5, limit: null, percent: null, near_limit: false, runs_out_on: null }));
    await route.fulfill({ json: { ...usage, plan: "enterprise", metrics: free } });
  });
  await open(page, "/", "Create a video");
  await expect(page.getByRole("meter", { name: "Storage" })).toHaveAttribute("aria-valuetext", "1.23 GB, no limit");
  await expect(page.getByRole("region", { name: "Usage" }).getByText("No limit", { exact: true }).first()).toBeVisible();
  await inspect(page, "create-unlimited", some);
  await open(page, "/usage", "Usage");
  await inspect(page, "usage-unlimited", some);
});

test("when each of them runs out is said in words", async ({ page, signIn }) => {
  await signIn(page);
  const last = `${monthBefore(0)}-19`;
  const today = new Date().toISOString().slice(0, 10);
  await page.route("**/api/usage", async (route) => {
    const usage = (await (await route.fetch()).json()) as { metrics: { limit: number }[] };
    const shares = [[97, today, true], [74.2, last, false], [100, today, true], [93.4, null, true], [33.3, null, false]] as const;
    const lines = usage.metrics.map((line, i) => {
      const [percent, on, near] = shares[i]!;
      return { ...line, used: (line.limit * percent) / 100, percent, runs_out_on: on, near_limit: near };
    });
    await route.fulfill({ json: { ...usage, metrics: lines } });
  });
  await open(page, "/", "Create a video");
  const pace = last === today ? "You run out today" : "You run out on the 19th";
  const banner = page.getByRole("region", { name: "Usage" });
  await expect(banner.getByText("You run out today").first()).toBeVisible();
  await expect(banner.getByText(pace).first()).toBeVisible();
  await expect(banner.getByText("Used up", { exact: true })).toBeVisible();
  await expect(banner.getByText("Nearly used up", { exact: true })).toBeVisible();
  await expect(page.getByRole("meter", { name: "Narration" })).toHaveAttribute("aria-valuetext", new RegExp(`, ${pace.toLowerCase()}$`));
  await inspect(page, "create-running-out");
  await open(page, "/usage", "Usage");
  await expect(page.getByText(`${pace}.`).first()).toBeVisible();
  await inspect(page, "usage-running-out");
});

test("a new account's usage, and that nothing was taken before", async ({ page, signIn }) => {
  await signIn(page);
  await open(page, "/usage", "Usage");
  await expect(page.getByRole("heading", { name: `This month, ${named(0)}` })).toBeVisible();
  await expect(page.getByText("Nothing yet. What you make is counted here, month by month.")).toBeVisible();
  await inspect(page, "usage-new-account");
});

test("months are chosen in the chart and in the list, and the back button goes through them", async ({ page, signIn }) => {
  await signIn(page);
  await givePast(page);
  await open(page, "/usage", "Usage");
  const chart = page.getByRole("group", { name: "Pictures by month" });
  await expect(chart.getByRole("link")).toHaveCount(10);
  await expect(chart.getByRole("link", { name: `${named(0)}: 3 pictures, and 2 pictures in the making` })).toHaveAttribute("aria-current", "true");
  await expect(chart.getByRole("link", { name: `${named(3)}: 0 pictures` })).toBeVisible();
  await inspect(page, "usage");

  await chart.getByRole("link", { name: `${named(1)}: 18 pictures` }).click();
  await expect(page.getByRole("heading", { name: named(1), exact: true })).toBeVisible();
  expect(new URL(page.url()).search).toBe(`?month=${monthBefore(1)}`);
  await expect(page.getByText("Stored at the month’s end.")).toBeVisible();
  await inspect(page, "usage-past-month", some);
  await page.getByRole("combobox", { name: "Month" }).selectOption(monthBefore(2));
  await expect(page.getByRole("heading", { name: named(2), exact: true })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: named(1), exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: named(1), exact: true })).toBeVisible();
  await page.getByRole("button", { name: "The month after" }).click();
  await expect(page.getByRole("heading", { name: `This month, ${named(0)}` })).toBeVisible();
  expect(new URL(page.url()).search).toBe("");

  // What was stored stays in months in which nothing happened.
  await page.getByRole("radio", { name: "Storage" }).check();
  await page.getByText("The same as a table").click();
  const rows = page.getByRole("table", { name: /Storage by month/ }).getByRole("row");
  await expect(rows).toHaveText(["MonthStorage", ...[12, 11, 9, 4, 4, 4, 1, 1, 1, 1].map((mb, ago) => `${named(ago)}${mb} MB`)]);
  await page.getByRole("button", { name: "Older months" }).click();
  await expect(rows).toHaveCount(15);
  await expect(page.getByRole("button", { name: "Older months" })).toHaveCount(0);
  await inspect(page, "usage-older-months");

  await page.goto("/usage?month=never");
  await expect(page.getByRole("heading", { name: `This month, ${named(0)}` })).toBeVisible();
});

test("the chart by the keyboard alone", async ({ page, signIn }) => {
  await signIn(page);
  await givePast(page);
  await open(page, "/usage", "Usage");
  await page.getByRole("radio", { name: "Pictures" }).focus();
  await page.keyboard.press("ArrowRight");
  const chart = page.getByRole("group", { name: "Narration by month" });
  await page.keyboard.press("Tab");
  await expect(chart.getByRole("link").first()).toBeFocused();
  const seen = await chart.getByRole("link").first().evaluate((e) => {
    const style = getComputedStyle(e);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  expect(seen, "the focus is seen").toBe(true);
  for (let n = 0; n < 8; n++) await page.keyboard.press("Tab");
  await expect(chart.getByRole("link", { name: new RegExp(`^${named(1)}`) })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: named(1), exact: true })).toBeVisible();
});

test("what cannot be loaded is said, and asked for again", async ({ page, signIn, watch }) => {
  watch.allowAnswer(503, /\/api\/usage/, "the test takes the service away");
  await signIn(page);
  const down = { status: 503, contentType: "application/problem+json", body: JSON.stringify({ code: "unavailable", status: 503, title: "Busy", detail: "", type: "about:blank", instance: "" }) };
  await page.route("**/api/usage/months?*", (route) => route.fulfill(down));
  await page.goto("/usage");
  await expect(heading(page, "Usage")).toBeVisible();
  await expect(page.getByRole("alert")).toContainText("busy");
  await expect(page.getByRole("meter", { name: "Pictures" })).toBeVisible();
  await inspect(page, "usage-service-busy", some);
  await page.unroute("**/api/usage/months?*");
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("Nothing yet.")).toBeVisible();
});

test("a service that has no room says when to try again", async ({ page, signIn, watch }) => {
  watch.allowAnswer(429, /\/render$/, "the test says that all slots are taken");
  const { api } = await signIn(page);
  const project = await api.project("Patience", "Some text.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const busy = (code: string) => ({
    status: 429,
    headers: { "Retry-After": "30" },
    contentType: "application/problem+json",
    body: JSON.stringify({ code, status: 429, title: "Busy", detail: "", type: "about:blank", instance: "" }),
  });
  await page.route("**/render", (route) => route.fulfill(busy("too_busy")));
  await page.getByRole("button", { name: "Make video" }).click();
  const notice = page.getByRole("status").filter({ hasText: "in half a minute" });
  await expect(notice).toContainText("Nothing was charged.");
  await inspect(page, "editor-too-busy", some);
  await page.unroute("**/render");
  await page.route("**/render", (route) => route.fulfill(busy("too_many_jobs")));
  await notice.getByRole("button", { name: "Try again" }).click();
  await expect(notice).toContainText("as many videos in the making");
  await expect(notice.getByRole("link", { name: "My videos" })).toBeVisible();
});
