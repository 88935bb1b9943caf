import type { Page } from "@playwright/test";
import { beSomebody, giveSubscription, nothingBought, problem } from "./accounts.ts";
import { inspect, looks } from "./inspect.ts";
import { expect, heading, open, passTime, test } from "./test.ts";

const some = [looks[0]!, looks[3]!];

const pictures = (page: Page) => page.getByRole("meter", { name: "Pictures" });
const dialog = (page: Page) => page.getByRole("dialog");

/** Takes what is sent to an address, which it answers once it is let go. */
async function hold(page: Page, path: string, answer: object) {
  let [sent, release] = [0, () => {}];
  const gate = new Promise<void>((open) => (release = open));
  await page.route(`**${path}`, async (route) => {
    sent++;
    await gate;
    await route.fulfill(answer);
  });
  return { sent: () => sent, release };
}

/** What is connected. */
const giveChannel = (page: Page, connected: () => boolean = () => true) =>
  page.route("**/api/v1/youtube", (route) =>
    route.fulfill({ json: { set_up: true, connected: connected(), channel_id: connected() ? "UC1" : "", title: connected() ? "Morning Light" : "", connected_at: null } }),
  );

/** A publication of a video that failed. */
const failedPublication = <T extends { id: string }>(video: T, code: string, detail: string, published: object = {}) => ({
  ...video,
  id: "01K00000000000000000000P01",
  kind: "publish",
  video: null,
  status: "failed",
  error: { type: "about:blank", title: "", status: 502, code, detail, instance: "" },
  published: { render_id: video.id, privacy: "private", sent: 0, lost: false, size: 1_000_000, video_id: "", url: "", ...published },
});

test("at the limit one upgrades, makes the video, publishes it, cancels, and is free again when the month is over", async ({ page, signIn, watch }) => {
  watch.allowAnswer(402, /\/render$/, "the pictures are used up");
  watch.allowAnswer(402, /\/mock\/stripe\//, "the first card is declined");
  const { api } = await signIn(page);
  const project = await api.project("Still Waters", "Be still.");
  // Twenty pictures are all there are.
  const preview = (n: number) => api.call("POST", "/api/v1/images", { prompt: `a hill, number ${n}`, aspect: "1:1" });
  for (let n = 0; n < 20; n += 4) await Promise.all([0, 1, 2, 3].map((i) => preview(n + i)));

  await open(page, `/projects/${project.id}`, "Edit your video");
  await page.getByRole("button", { name: "Make video" }).click();
  const refused = page.getByRole("alert").filter({ hasText: "Pictures: this video needs" });
  await expect(refused).toContainText("It would fit in the Pro plan, with 100 pictures a month.");
  await refused.getByRole("link", { name: "See the Pro plan" }).click();
  await expect(heading(page, "Billing")).toBeVisible();
  await expect(page.getByText("Test mode: no money moves.")).toBeVisible();
  const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: /^Pro/ }) });
  await expect(card).toContainText("Pictures: the Pro plan has 100 pictures a month.");

  await card.getByRole("button", { name: "Upgrade to Pro" }).click();
  await page.getByRole("button", { name: "Pay with a card that is declined" }).click();
  await expect(page.getByRole("alert")).toContainText("Nothing was bought");
  await page.getByRole("button", { name: "Pay with a card that works" }).click();
  await expect(heading(page, "Billing")).toBeVisible();
  await expect(page.getByText("Pro is yours.")).toBeVisible();
  await expect(pictures(page)).toHaveAttribute("aria-valuetext", "20 of 100 pictures");
  expect(new URL(page.url()).search, "the address says nothing of it any more").toBe("");
  await inspect(page, "billing-upgraded", some);

  await page.getByRole("link", { name: "Go on where you were" }).click();
  await expect(heading(page, "Edit your video")).toBeVisible();
  await page.getByRole("button", { name: "Make video" }).click();
  await expect(page.getByLabel("Video: Still Waters")).toBeVisible({ timeout: 60_000 });
  const video = page.url();

  await page.getByRole("button", { name: "Publish to YouTube" }).click();
  await dialog(page).getByRole("button", { name: "Connect a channel" }).click();
  await page.getByRole("button", { name: "Deny" }).click();
  await expect(page.getByText("You did not agree at Google")).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(heading(page, "Still Waters")).toBeVisible();
  expect(page.url(), "back where one was, without the code").toBe(video);
  const devtools = await page.context().newCDPSession(page);
  const { entries } = await devtools.send("Page.getNavigationHistory");
  for (const { url } of entries) expect(url).not.toMatch(/[?&]code=/);
  await page.getByRole("button", { name: "Publish to YouTube" }).click();
  await expect(dialog(page)).toContainText("It goes to the channel Morning Light.");
  await dialog(page).getByRole("textbox", { name: "Title" }).fill("Still Waters, for the morning");
  await dialog(page).getByRole("radio", { name: /^Unlisted/ }).check();
  await inspect(page, "video-publish", some);
  await dialog(page).getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText("On YouTube, unlisted")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("link", { name: /^Watch on YouTube/ })).toBeVisible();
  await inspect(page, "video-published", some);
  await open(page, "/videos", "My videos");
  await expect(page.getByRole("list", { name: "Videos" }).getByRole("listitem"), "a publication is no video").toHaveCount(1);
  await expect(page.getByRole("list", { name: "Publications" }).getByRole("listitem")).toHaveCount(1);
  await inspect(page, "videos-published", some);

  await open(page, "/billing", "Billing");
  await page.getByRole("button", { name: "Cancel subscription" }).click();
  await dialog(page).getByRole("button", { name: "Cancel subscription" }).click();
  await expect(page.getByText(/^Ends on /)).toBeVisible();
  await page.reload();
  await expect(page.getByText(/^Ends on /), "Pro until the end of what is paid").toBeVisible();
  await expect(pictures(page)).toHaveAttribute("aria-valuetext", /of 100 pictures/);
  await page.getByRole("button", { name: "Payment and invoices" }).click();
  await page.getByRole("button", { name: "To the end of the period" }).click();
  await page.getByRole("link", { name: "Back to DevotionalAI" }).click();
  await expect(page.getByText("Your subscription of Pro has ended.")).toBeVisible();
  await expect(pictures(page)).toHaveAttribute("aria-valuetext", /of 20 pictures, used up$/);
  await page.goto(video);
  await expect(page.getByText("On YouTube, unlisted"), "what was made stays").toBeVisible();
  await expect(page.getByRole("link", { name: "Publish to YouTube needs the Pro plan" })).toBeVisible();
});

test("who comes back from the checkout before the payment does is told so, and what to do when it takes long", async ({ page, signIn }) => {
  let arrived = false;
  await page.clock.install();
  await signIn(page);
  await giveSubscription(page, () => (arrived ? {} : nothingBought));
  await page.goto("/billing?checkout=success");
  await expect(page.getByText("Waiting for the payment service")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Waiting for the payment service"), "after a reload too").toBeVisible();
  await passTime(page, 61_000, page.getByText("Do not pay a second time."));
  await expect(page.getByRole("button", { name: "Payment and invoices" })).toBeVisible();
  // Its own looks end after a quarter of an hour: one that ran would have the answer before the person asks.
  await page.clock.runFor(16 * 60_000);
  const again = page.getByRole("button", { name: "Look again" });
  await expect(again).not.toHaveAttribute("aria-busy", "true");
  arrived = true;
  await again.click();
  await expect(page.getByText("Pro is yours.")).toBeVisible();
});

test("who leaves the checkout has bought nothing", async ({ page, signIn }) => {
  await signIn(page);
  await giveSubscription(page, nothingBought);
  await page.goto("/billing?checkout=canceled");
  await expect(page.getByText("You left the checkout.")).toBeVisible();
  await expect(page).toHaveURL(/\/billing$/);
  await page.reload();
  await expect(heading(page, "Billing")).toBeVisible();
  await expect(page.getByText("You left the checkout.")).toHaveCount(0);
});

test("a double click opens one checkout, and a failure is said and tried again", async ({ page, signIn, watch }) => {
  watch.allowAnswer(502, /\/api\/billing\/checkout$/, "the payment service does not answer");
  await signIn(page);
  await giveSubscription(page, nothingBought);
  await open(page, "/billing", "Billing");
  const failing = await hold(page, "/api/billing/checkout", problem(502, "payment_failed"));
  const upgrade = page.getByRole("button", { name: "Upgrade to Pro" });
  await upgrade.dblclick();
  failing.release();
  await expect(page.getByRole("alert")).toContainText("nothing is charged twice");
  expect(failing.sent()).toBe(1);
  await page.unroute("**/api/billing/checkout");
  const checkout = await hold(page, "/api/billing/checkout", { json: { url: `${new URL(page.url()).origin}/billing?checkout=canceled` } });
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).dblclick();
  checkout.release();
  await expect(page.getByText("You left the checkout.")).toBeVisible();
  expect(checkout.sent()).toBe(1);
});

test("what is wrong with the payment is said on every page, until it is right", async ({ page, signIn }) => {
  await signIn(page);
  let now: object = { status: "past_due" };
  await giveSubscription(page, () => now);
  const notice = page.getByRole("region", { name: "Payment" });
  for (const [path, title] of [["/", "Create a video"], ["/videos", "My videos"], ["/usage", "Usage"], ["/account", "Account"]] as const) {
    await open(page, path, title);
    await expect(notice).toContainText("The last payment did not go through.");
    await expect(notice.getByRole("button"), "an owner cannot put it away").toHaveText(["Change how you pay"]);
  }
  await open(page, "/billing", "Billing");
  await expect(page.getByText("Payment overdue")).toBeVisible();
  await inspect(page, "billing-past-due");
  const portal = await hold(page, "/api/billing/portal", { json: { url: `${new URL(page.url()).origin}/usage` } });
  await notice.getByRole("button", { name: "Change how you pay" }).dblclick();
  portal.release();
  await expect(heading(page, "Usage")).toBeVisible();
  expect(portal.sent()).toBe(1);
  expect(await page.evaluate(() => sessionStorage.getItem("devotionalai-before-portal")), "the page asks for what was done there").toBe("/billing");
  for (const [state, words] of [
    [{ status: "unpaid", plan: "free" }, "Pay the open invoice"],
    [{ status: "paused", plan: "free" }, "Add a way to pay"],
  ] as const) {
    now = state;
    await page.reload();
    await expect(notice.getByRole("button", { name: words })).toBeVisible();
  }
  now = { disputed: true };
  await page.reload();
  await expect(notice).toContainText("disputed at your bank");
  now = {};
  await page.reload();
  await expect(heading(page, "Usage")).toBeVisible();
  await expect(notice).toHaveCount(0);
});

test("a member sees the plan, whom to ask, and no buttons", async ({ page, signIn }) => {
  await signIn(page);
  await beSomebody(page, { role: "member" });
  await giveSubscription(page, { status: "past_due" });
  await open(page, "/billing", "Billing");
  await expect(page.getByText("Only owners of the account change its plan.")).toBeVisible();
  await inspect(page, "billing-member", some);
  const notice = page.getByRole("region", { name: "Payment" });
  await notice.getByRole("button", { name: "I have read it" }).click();
  await expect(notice).toHaveCount(0);
  await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
});

test("what was agreed, a trial, and an installation that sells nothing", async ({ page, signIn }) => {
  await signIn(page);
  let now: object = { ...nothingBought, plan: "enterprise", granted: { plan: "enterprise", until: null }, mode: "off" };
  await giveSubscription(page, () => now);
  await open(page, "/billing", "Billing");
  await expect(page.getByText("Enterprise was agreed with you.")).toBeVisible();
  await expect(page.getByText("Billing is not set up here,")).toBeVisible();
  await expect(page.getByRole("button", { name: /Upgrade|Cancel|Payment/ })).toHaveCount(0);
  await inspect(page, "billing-agreed", some);
  now = { status: "trialing", trial_end: new Date(Date.now() + 5 * 86_400_000).toISOString() };
  await page.reload();
  await expect(page.getByText(/^Trial until /)).toBeVisible();
  await page.getByRole("button", { name: "Cancel subscription" }).click();
  await inspect(page, "billing-cancel", some);
});

test("what YouTube did not take goes on where it stopped", async ({ page, signIn, studio }) => {
  await signIn(page, studio.email);
  await giveSubscription(page);
  await giveChannel(page);
  const video = await studio.api.job(studio.video);
  const publication = failedPublication(video, "publish_failed", "YouTube did not take the video.", { sent: 400_000 });
  let now: object = publication;
  await page.route("**/api/v1/jobs?*", (route) => route.fulfill({ json: { items: [now, video], next_cursor: null } }));
  await page.route(`**/api/v1/jobs/${publication.id}`, (route) => route.fulfill({ json: now }));
  await page.route(`**/api/v1/jobs/${publication.id}/retry`, (route) => {
    now = { ...publication, status: "running", progress: 40, error: null };
    return route.fulfill({ json: now });
  });
  await open(page, `/videos/${studio.video}`, studio.title);
  await expect(page.getByText("YouTube has 400 kB of 1 MB. Trying again goes on there.")).toBeVisible();
  await inspect(page, "video-publication-failed", some);
  await page.getByRole("button", { name: "Try publishing again" }).click();
  await expect(page.getByRole("progressbar", { name: "Publishing" })).toHaveAttribute("aria-valuenow", "40");
  await expect(page.getByRole("button", { name: "Publish once more" }), "one at a time").toHaveCount(0);
  await page.goto(`/videos/${publication.id}`);
  await expect(page.getByRole("heading", { name: "Publication on YouTube" })).toBeVisible();
  await page.getByRole("link", { name: "The video that is published" }).click();
  await expect(page.getByLabel(`Video: ${studio.title}`)).toBeVisible();
});

test("of what YouTube forgot one is told to look first, and asked before it is sent anew", async ({ page, signIn, studio }) => {
  await signIn(page, studio.email);
  await giveSubscription(page);
  await giveChannel(page);
  const video = await studio.api.job(studio.video);
  const detail =
    "YouTube got the whole video and then forgot the upload, so that we cannot know whether it was published. " +
    "Look at your channel first. Retry only if the video is not there: a retry sends it anew.";
  const publication = failedPublication(video, "publish_failed", detail, { sent: 1_000_000, lost: true });
  let [now, sent]: [object, number] = [publication, 0];
  await page.route(`**/api/v1/jobs/${publication.id}`, (route) => route.fulfill({ json: now }));
  await page.route(`**/api/v1/jobs/${publication.id}/retry`, (route) => {
    sent++;
    now = { ...publication, status: "running", error: null, published: { ...publication.published, sent: 0, lost: false } };
    return route.fulfill({ json: now });
  });
  await open(page, `/videos/${publication.id}`, studio.title);
  await expect(page.getByRole("alert")).toHaveText(detail);
  await expect(page.getByText("Trying again goes on there.")).toHaveCount(0);
  await page.getByRole("button", { name: "Try publishing again" }).click();
  await dialog(page).getByRole("button", { name: "Leave it as it is" }).click();
  expect(sent, "nothing is sent before one says so").toBe(0);
  await page.getByRole("button", { name: "Try publishing again" }).click();
  await inspect(page, "video-publication-lost", some);
  await dialog(page).getByRole("button", { name: "It is not there: send it anew" }).click();
  await expect(page.getByRole("progressbar", { name: "Publishing" })).toBeVisible();
  expect(sent).toBe(1);
});

test("what lost its channel is tried again once one is connected, and needs its plan", async ({ page, signIn, studio }) => {
  await signIn(page, studio.email);
  let [connected, now]: [boolean, object] = [false, {}];
  await giveSubscription(page, () => now);
  await giveChannel(page, () => connected);
  const detail = "YouTube no longer accepts the connection. Connect the channel again.";
  const publication = failedPublication(await studio.api.job(studio.video), "youtube_not_connected", detail);
  await page.route(`**/api/v1/jobs/${publication.id}`, (route) => route.fulfill({ json: publication }));
  const again = page.getByRole("button", { name: "Try publishing again" });
  await open(page, `/videos/${publication.id}`, studio.title);
  await expect(page.getByRole("button", { name: "Connect a channel" })).toBeVisible();
  await expect(again).toHaveCount(0);
  connected = true;
  await page.reload();
  await expect(again).toBeVisible();
  await expect(page.getByRole("button", { name: "Connect another channel" })).toBeVisible();
  now = nothingBought;
  await page.reload();
  await expect(page.getByRole("link", { name: "Try publishing again needs the Pro plan" })).toBeVisible();
  await expect(again).toHaveCount(0);
});

test("no second publication is begun before it is known whether there is a first", async ({ page, signIn, studio, watch }) => {
  watch.allowAnswer(500, /\/api\/v1\/jobs\?/, "the list fails");
  await signIn(page, studio.email);
  await giveSubscription(page);
  const list = await hold(page, "/api/v1/jobs?*", problem(500, "internal"));
  await open(page, `/videos/${studio.video}`, studio.title);
  const publish = page.getByRole("button", { name: /^Publish/ });
  await expect(page.getByText("Looking for publications of this video")).toBeAttached();
  await expect(publish).toHaveCount(0);
  list.release();
  await expect(page.getByRole("alert")).toBeVisible({ timeout: 15_000 });
  await expect(publish).toHaveCount(0);
  await page.unroute("**/api/v1/jobs?*");
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await expect(publish).toBeVisible();
});

test("a consent whose answer was lost is not handed on again: what is connected says what to do", async ({ page, signIn, watch }) => {
  watch.allowAnswer(503, /\/api\/v1\/youtube\/connect$/, "the answer is lost");
  await signIn(page);
  await giveSubscription(page);
  let connected = true;
  await giveChannel(page, () => connected);
  const consent = await hold(page, "/api/v1/youtube/connect", problem(503, "unavailable"));
  consent.release();
  await page.goto("/youtube?code=a-code&state=a-state");
  await expect(page.getByText("Morning Light")).toBeVisible();
  await expect(page.getByRole("link", { name: "Go on" })).toBeVisible();
  connected = false;
  await page.goto("/youtube?code=a-code&state=a-state");
  await expect(page.getByText("No channel is connected.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Connect again" })).toBeVisible();
  expect(consent.sent(), "each consent once").toBe(2);
  await inspect(page, "youtube-unheard", some);
  await page.evaluate(() => sessionStorage.setItem("devotionalai-before-youtube", "/account"));
  await page.goto("/youtube");
  await expect(page.getByText("What Google answered is not here any more")).toBeVisible();
  await expect(page.getByRole("button", { name: "Connect again" })).toBeVisible();
});

test("a consent that comes too late, to the wrong person, or not at all", async ({ page, signIn, watch }) => {
  watch.allowAnswer(409, /\/api\/v1\/youtube\/connect$/, "the state is nobody's");
  await signIn(page);
  await giveSubscription(page);
  const consent = await hold(page, "/api/v1/youtube/connect", problem(409, "youtube_refused"));
  consent.release();
  await page.goto("/youtube?code=a-code&state=a-state");
  await expect(page.getByRole("alert")).toContainText("YouTube did not agree, or the consent came too late.");
  await expect(page.getByRole("button", { name: "Connect again" })).toBeVisible();
  expect(new URL(page.url()).search, "the code leaves the address at once").toBe("");
  expect(consent.sent(), "it works once").toBe(1);
  await inspect(page, "youtube-refused", some);
  await page.goto("/youtube");
  await expect(page.getByText("There is nothing to do here.")).toBeVisible();
  await page.context().clearCookies();
  await page.goto("/youtube?code=a-code&state=a-state");
  await expect(page.getByText("You are signed out here, so nothing was connected.")).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(heading(page, "Sign in to DevotionalAI")).toBeVisible();
  expect(page.url(), "the code goes nowhere").not.toContain("a-code");
});

test("a channel is shown, and disconnected when one says so", async ({ page, signIn }) => {
  await signIn(page);
  await giveSubscription(page);
  let connected = true;
  let ended = 0;
  await page.route("**/api/v1/youtube", (route) => {
    if (route.request().method() === "DELETE") {
      connected = false;
      ended++;
      return route.fulfill({ status: 204 });
    }
    return route.fulfill({ json: { set_up: true, connected, channel_id: connected ? "UC1" : "", title: connected ? "Parish of St Anne" : "", connected_at: connected ? "2026-11-01T08:00:00Z" : null } });
  });
  await open(page, "/account", "Account");
  await expect(page.getByRole("heading", { name: "Parish of St Anne" })).toBeVisible();
  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByRole("button", { name: "Disconnect" }).click();
  await inspect(page, "account-disconnect", some);
  await dialog(page).getByRole("button", { name: "Disconnect" }).click();
  await expect(page.getByText("The channel is not connected any more.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Connect a channel" })).toBeVisible();
  expect(ended).toBe(1);
});

test("where YouTube is not set up, nobody is led to Google", async ({ page, signIn }) => {
  await signIn(page);
  await giveSubscription(page);
  await page.route("**/api/v1/youtube", (route) =>
    route.fulfill({ json: { set_up: false, connected: false, channel_id: "", title: "", connected_at: null } }),
  );
  await open(page, "/account", "Account");
  await expect(page.getByText("Publishing to YouTube is not set up here.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Connect a channel" })).toHaveCount(0);
});
