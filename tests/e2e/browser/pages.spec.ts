import { inspect, looks } from "./inspect.ts";
import { expect, heading, loaded, newAddress, open, test } from "./test.ts";

const some = [looks[0]!, looks[3]!];

test.describe("every page, light and dark, wide and narrow", () => {
  test("sign-in", async ({ page }) => {
    await open(page, "/login", "Sign in to DevotionalAI");
    await inspect(page, "login");
    await page.getByRole("textbox", { name: "Email address" }).fill(newAddress());
    await page.getByRole("button", { name: "Email me a sign-in link" }).click();
    await expect(heading(page, "Check your email")).toBeVisible();
    await inspect(page, "login-check-your-email");
  });

  test("a new account: create, no videos, billing, account", async ({ page, signIn }) => {
    await signIn(page);
    await open(page, "/", "Create a video");
    await expect(page.getByRole("meter", { name: "Pictures" })).toBeVisible();
    // The pictures below come as one scrolls.
    await page.getByRole("list", { name: "Templates" }).scrollIntoViewIfNeeded();
    await inspect(page, "create");
    await open(page, "/videos", "My videos");
    await expect(page.getByRole("heading", { name: "No videos yet" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Create your first video" })).toBeVisible();
    await inspect(page, "videos-none-yet");
    await open(page, "/billing", "Billing");
    await expect(page.getByRole("meter", { name: "Pictures" })).toBeVisible();
    await inspect(page, "billing");
    await open(page, "/account", "Account");
    await inspect(page, "account");
  });

  test("drafts, videos, a finished and a canceled video", async ({ page, signIn, studio }) => {
    await signIn(page, studio.email);
    await open(page, "/", "Create a video");
    await expect(page.getByRole("list", { name: "Drafts" }).getByRole("link", { name: "Morning Light" })).toBeVisible();
    await inspect(page, "create-with-drafts");
    await open(page, "/videos", "My videos");
    await expect(page.getByRole("list", { name: "Videos" }).getByRole("listitem")).toHaveCount(2);
    await inspect(page, "videos");
    await open(page, `/videos/${studio.video}`, studio.title);
    await expect(page.getByLabel(`Video: ${studio.title}`)).toBeVisible();
    await expect.poll(() => page.getByLabel(`Video: ${studio.title}`).evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(0);
    await inspect(page, "video");
    await page.getByRole("button", { name: "Delete video" }).click();
    await expect(page.getByRole("dialog", { name: "Delete this video?" })).toBeVisible();
    await inspect(page, "video-delete", some);
    await page.getByRole("button", { name: "Keep" }).click();
    await open(page, `/videos/${studio.canceled}`, "A Quiet Evening");
    await inspect(page, "video-canceled", some);
    await open(page, `/projects/${studio.draft}`, "Edit your video");
    await expect(page.getByRole("group", { name: "Voice" })).toBeVisible();
    await page.getByRole("button", { name: "Delete draft" }).click();
    await inspect(page, "editor-delete", some);
  });

  test("addresses that lead nowhere", async ({ page, signIn, watch }) => {
    watch.allowAnswer(404, /\/api\/v1\/(projects|jobs)\//, "there is nothing of that name");
    await signIn(page);
    await open(page, "/no/such/page", "Page not found");
    await inspect(page, "not-found");
    await page.getByRole("main").getByRole("link").first().click();
    await expect(heading(page, "Create a video")).toBeVisible();
    await page.goto("/projects/01ARZ3NDEKTSV4RRFFQ69G5FAV");
    await expect(page.getByRole("alert")).toContainText("no such project");
    await inspect(page, "editor-not-found", some);
    await page.goto("/videos/01ARZ3NDEKTSV4RRFFQ69G5FAV");
    await expect(page.getByRole("alert")).toContainText("no such video");
    await inspect(page, "video-not-found", some);
  });

  test("a failed video, and a service that is not there", async ({ page, signIn, studio, watch }) => {
    watch.allowAnswer(503, /\/api\//, "the test takes the service away");
    await signIn(page, studio.email);
    await page.route(`**/api/v1/jobs/${studio.video}`, async (route) => {
      const job = (await (await route.fetch()).json()) as object;
      const error = { type: "about:blank", title: "The disk is full", status: 507, code: "storage_full", detail: "", instance: "" };
      await route.fulfill({ json: { ...job, status: "failed", video: null, error } });
    });
    await open(page, `/videos/${studio.video}`, studio.title);
    await expect(page.getByRole("alert")).toContainText("more room");
    await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
    await inspect(page, "video-failed", some);

    const down = { status: 503, contentType: "application/problem+json", body: JSON.stringify({ code: "unavailable", status: 503, title: "Busy", detail: "", type: "about:blank", instance: "" }) };
    await page.route("**/api/v1/jobs?*", (route) => route.fulfill(down));
    await page.goto("/videos");
    await expect(page.getByRole("alert")).toContainText("busy");
    await inspect(page, "videos-service-busy", some);
    await page.unroute("**/api/v1/jobs?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("list", { name: "Videos" })).toBeVisible();
  });

  test("pictures nearly used up", async ({ page, signIn }) => {
    const { api } = await signIn(page);
    // Twenty are all there are.
    for (let n = 0; n < 19; n++) await api.call("POST", "/api/v1/images", { prompt: `a hill, number ${n}`, aspect: "1:1" });
    await open(page, "/", "Create a video");
    const meter = page.getByRole("meter", { name: "Pictures" });
    await expect(meter).toHaveAttribute("aria-valuetext", /^19 of 20 pictures/);
    await expect(page.locator(".usage-bar--near")).toHaveCount(1);
    const colour = (bar: string) => page.locator(bar).first().evaluate((e) => getComputedStyle(e).backgroundColor + getComputedStyle(e).backgroundImage);
    expect(await colour(".usage-meter--near .usage-meter__fill")).not.toBe(await colour(".usage-meter:not(.usage-meter--near) .usage-meter__fill"));
    await expect(page.locator(".usage-bar--near")).toContainText("You run out");
    await inspect(page, "create-nearly-used-up");
    await api.call("POST", "/api/v1/images", { prompt: "the last hill", aspect: "1:1" });
    await page.reload();
    await expect(meter).toHaveAttribute("aria-valuetext", "20 of 20 pictures, used up");
    await expect(page.locator(".usage-bar--near")).toContainText("Used up");
    await page.getByRole("region", { name: "Usage" }).getByRole("link", { name: "Upgrade" }).click();
    await expect(heading(page, "Billing")).toBeVisible();
  });
});

test("each page names itself, and the keyboard begins at its heading", async ({ page, signIn }) => {
  await signIn(page);
  await open(page, "/", "Create a video");
  await expect(page).toHaveTitle("Create a video – DevotionalAI");
  for (const [link, title] of [["My videos", "My videos"], ["Usage", "Usage"], ["Billing", "Billing"], ["Account", "Account"], ["Create", "Create a video"]] as const) {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link, exact: true }).click();
    await loaded(page, title);
    await expect(page).toHaveTitle(`${title} – DevotionalAI`);
    await expect(heading(page, title)).toBeFocused();
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link, exact: true })).toHaveAttribute("aria-current", "page");
  }
  await page.getByRole("link", { name: "DevotionalAI", exact: true }).click();
  await loaded(page, "Create a video");
});

test("a slow network shows that something is on its way", async ({ page, signIn, studio }) => {
  await signIn(page, studio.email);
  let release = () => {};
  const gate = new Promise<void>((open) => (release = open));
  await page.route("**/api/v1/jobs?*", async (route) => {
    await gate;
    await route.continue();
  });
  await page.route("**/api/v1/templates", async (route) => {
    await gate;
    await route.continue();
  });
  await page.goto("/videos");
  await expect(page.getByRole("status").filter({ hasText: "Loading your videos" })).toBeAttached();
  await inspect(page, "videos-loading", [looks[0]!, looks[3]!]);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Create" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Loading the templates" })).toBeAttached();
  await inspect(page, "create-loading", [looks[0]!, looks[3]!]);
  release();
  await expect(page.getByRole("list", { name: "Templates" })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: /^Loading/ })).toHaveCount(0);
});

test("nothing jumps while a page is drawn", async ({ page, signIn, studio }) => {
  await signIn(page, studio.email);
  await page.addInitScript(() => {
    const shifts: { value: number; moved: string[] }[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node?: Node }[] })[]) {
        if (entry.hadRecentInput) continue;
        shifts.push({ value: entry.value, moved: entry.sources.map(({ node }) => (node instanceof Element ? `${node.tagName}.${node.className}` : String(node?.nodeName))) });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  // What one sees before the answers are there is what counts.
  await page.route("**/api/**", async (route) => {
    const answer = await route.fetch();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))).catch(() => undefined);
    await route.fulfill({ response: answer });
  });
  for (const { width, height } of [looks[0]!, looks[2]!]) {
    await page.setViewportSize({ width, height });
    for (const path of ["/", "/videos", `/videos/${studio.video}`, `/projects/${studio.draft}`, "/usage", "/uploads", "/billing", "/account"]) {
      await page.goto(path, { waitUntil: "networkidle" });
      const shifts = await page.evaluate(() => (window as unknown as { shifts: { value: number; moved: string[] }[] }).shifts);
      const sum = shifts.reduce((all, { value }) => all + value, 0);
      expect.soft(sum, `${path} at ${width} px: ${JSON.stringify(shifts)}`).toBeLessThan(0.1); // "good" by the Web Vitals
    }
  }
});
