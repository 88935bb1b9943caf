import type { Page } from "@playwright/test";
import { invitationAfter, mails, setPlan } from "./api.ts";
import { problem } from "./accounts.ts";
import { inspect, looks } from "./inspect.ts";
import { expect, heading, newAddress, open, signInByHand, test } from "./test.ts";

const some = [looks[0]!, looks[3]!];
const list = (page: Page, name: string) => page.getByRole("list", { name }).getByRole("listitem");

/** Invites an address as the owner whose browser it is, and answers the token that was mailed. */
async function invite(page: Page, email: string): Promise<string> {
  await open(page, "/account/members", "Account");
  const before = (await mails(page.request, email)).length;
  await page.getByRole("textbox", { name: "Email address" }).fill(email);
  await page.getByRole("button", { name: "Send invitation" }).click();
  await expect(page.getByText(`An invitation is on its way to ${email}.`)).toBeVisible();
  await expect(list(page, "Invitations").filter({ hasText: email })).toHaveCount(1);
  return invitationAfter(page.request, email, before);
}

async function join(page: Page, token: string) {
  await page.goto(`/invitation#token=${token}`);
  await page.getByRole("button", { name: "Join the account" }).click();
}

test("somebody is invited, joins, is made an owner and a member again, and is removed", async ({ page, signIn, another, watch }) => {
  watch.allowAnswer(401, /\/api\//, "who is removed is signed out");
  const { email: owner } = await signIn(page);
  await setPlan(page.request, owner, "pro");
  const email = newAddress();
  const token = await invite(page, email);

  const guest = await (await another()).newPage();
  await guest.goto(`/invitation#token=${token}`);
  await expect(heading(guest, "You are invited")).toBeVisible();
  expect(guest.url(), "the token leaves the address at once").toMatch(/\/invitation$/);
  expect(await guest.context().cookies(), "the link alone does nothing").toEqual([]);
  await inspect(guest, "invitation");
  await guest.getByRole("button", { name: "Join the account" }).click();
  await expect(heading(guest, "Create a video")).toBeVisible();
  const devtools = await guest.context().newCDPSession(guest);
  for (const { url } of (await devtools.send("Page.getNavigationHistory")).entries) expect(url).not.toContain(token);
  await open(guest, "/account", "Account");
  await expect(guest.getByRole("main")).toContainText(email);
  await expect(guest.getByRole("navigation", { name: "Account" })).toHaveCount(0);
  await expect(guest.getByRole("button", { name: "Leave this account" })).toBeVisible();

  await page.reload();
  const row = list(page, "Members").filter({ hasText: email });
  await expect(row).toHaveCount(1);
  await expect(list(page, "Invitations")).toHaveCount(0);
  const role = page.getByRole("combobox", { name: `Role of ${email}` });
  await role.selectOption("owner");
  await expect(page.getByText(`${email} is an owner now.`)).toBeVisible();
  await guest.reload();
  await expect(guest.getByRole("navigation", { name: "Account" })).toBeVisible();

  // While the page is open, they become a member: they see what a member may.
  await role.selectOption("member");
  await expect(page.getByText(`${email} is a member now.`)).toBeVisible();
  watch.allowAnswer(403, /\/api\/account\//, "the role was changed meanwhile");
  await guest.getByRole("link", { name: "API keys" }).click();
  await expect(guest.getByText("Only owners of the account see")).toBeVisible();

  // And while it is open they are removed.
  await page.getByRole("button", { name: `Remove ${email}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText(`${email} was removed.`)).toBeVisible();
  await expect(row).toHaveCount(0);
  await guest.getByRole("link", { name: "My videos" }).click();
  await expect(heading(guest, "Sign in to DevotionalAI")).toBeVisible();
  await guest.reload();
  await expect(heading(guest, "Sign in to DevotionalAI")).toBeVisible();

  await open(page, "/account/activity", "Account");
  for (const deed of ["invited somebody as a member.", "joined as a member.", "to owner.", "to member.", "You removed"]) {
    await expect(list(page, "Activity").filter({ hasText: deed }).first(), deed).toBeVisible();
  }
});

test("an invitation that is used, taken back or nobody's", async ({ page, signIn, another, watch }) => {
  watch.allowAnswer(401, /\/invitations\/accept$/, "the invitation does not work");
  watch.allowAnswer(400, /\/invitations\/accept$/, "the token cannot be one");
  const { email: owner } = await signIn(page);
  await setPlan(page.request, owner, "pro");
  const guest = await (await another()).newPage();
  const dead = async () => {
    await expect(guest.getByRole("alert")).toContainText("This invitation no longer works");
  };
  const used = await invite(page, newAddress());
  await join(guest, used);
  await expect(heading(guest, "Create a video")).toBeVisible();
  await join(guest, used);
  await dead();
  await inspect(guest, "invitation-no-longer-works", some);

  const email = newAddress();
  const takenBack = await invite(page, email);
  await page.getByRole("button", { name: `Take back the invitation of ${email}` }).click();
  await expect(page.getByText(`The invitation of ${email} was taken back.`)).toBeVisible();
  await join(guest, takenBack);
  await dead();
  await join(guest, "nobody-sent-this");
  await dead();
  await guest.goto("/invitation");
  await dead();
});

test("an invitation to an address with an account of its own changes nothing, and says so", async ({ page, signIn, another, watch }) => {
  watch.allowAnswer(409, /\/invitations\/accept$/, "the address has an account");
  const { email: owner } = await signIn(page);
  await setPlan(page.request, owner, "pro");
  const theirs = await (await another()).newPage();
  const email = await signInByHand(theirs);
  const token = await invite(page, email);
  await theirs.goto(`/invitation#token=${token}`);
  await expect(theirs.getByText(`You are signed in here as ${email}.`)).toBeVisible();
  await inspect(theirs, "invitation-signed-in", some);
  await theirs.getByRole("button", { name: "Join the account" }).click();
  await expect(theirs.getByText("This address has an account of its own.")).toBeVisible();
  await inspect(theirs, "invitation-address-in-use", some);
  await theirs.getByRole("link", { name: "Go to the app" }).click();
  await expect(heading(theirs, "Create a video")).toBeVisible();
  await open(theirs, "/account/members", "Account");
  await expect(list(theirs, "Members")).toHaveCount(1);
});

test("who joins while signed in as somebody else leaves no session of theirs open", async ({ page, signIn, another, watch }) => {
  watch.allowAnswer(503, /\/api\/auth\//, "the test takes the service away");
  const { email: owner } = await signIn(page);
  await setPlan(page.request, owner, "pro");
  const here = await (await another()).newPage();
  const elsewhere = await (await another()).newPage();
  const { email: before } = await signIn(here);
  await open(here, "/", "Create a video");
  await signIn(elsewhere, before);
  const sessions = async () => {
    await open(elsewhere, "/account", "Account");
    await expect(list(elsewhere, "Sessions").first()).toBeVisible();
    return list(elsewhere, "Sessions").count();
  };

  // What fails to join changes nothing.
  const first = await invite(page, newAddress());
  await here.route("**/api/auth/invitations/accept", (route) => route.fulfill(problem(503, "unavailable")));
  await join(here, first);
  await expect(here.getByRole("alert")).toContainText("busy");
  expect(await sessions(), "both are open still").toBe(2);
  await here.unroute("**/api/auth/invitations/accept");
  await expect(here.getByText(`You are signed in here as ${before}.`)).toBeVisible();
  await here.getByRole("button", { name: "Join the account" }).click();
  await expect(heading(here, "Create a video")).toBeVisible();
  expect(await sessions(), "the one elsewhere").toBe(1);

  // Where the old session cannot be ended, the page says so.
  await signIn(here, before);
  await here.route("**/api/auth/sessions/*", (route) => route.fulfill(problem(503, "unavailable")));
  await join(here, await invite(page, newAddress()));
  await expect(here.getByText("You have joined.")).toBeVisible();
  await expect(here.getByText(`The session of ${before} could not be ended`)).toBeVisible();
  await inspect(here, "invitation-session-left", some);
  expect(await sessions(), "it is open still").toBe(2);
  await here.getByRole("link", { name: "Go to the app" }).click();
  await expect(heading(here, "Create a video")).toBeVisible();
});

test("the last owner stays", async ({ page, signIn, watch }) => {
  watch.allowAnswer(409, /\/api\/account\/members\//, "the account needs an owner");
  const { email } = await signIn(page);
  await open(page, "/account/members", "Account");
  await page.getByRole("combobox", { name: `Role of ${email}` }).selectOption("member");
  await page.getByRole("button", { name: "Become a member" }).click();
  await expect(page.getByRole("alert")).toContainText("Make somebody else an owner first");
  await page.getByRole("button", { name: "Leave this account" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("Make somebody else an owner first");
  await page.getByRole("button", { name: "Stay" }).click();
  await expect(list(page, "Members")).toHaveCount(1);
});

test("a member leaves, and may begin alone", async ({ page, signIn, another, watch }) => {
  watch.allowAnswer(401, /\/api\//, "who left is signed out");
  const { email: owner } = await signIn(page);
  await setPlan(page.request, owner, "pro");
  const email = newAddress();
  const guest = await (await another()).newPage();
  await join(guest, await invite(page, email));
  await expect(heading(guest, "Create a video")).toBeVisible();
  await open(guest, "/account", "Account");
  await guest.getByRole("button", { name: "Leave this account" }).click();
  await guest.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await expect(heading(guest, "Sign in to DevotionalAI")).toBeVisible();
  await signInByHand(guest, email);
  await open(guest, "/account/members", "Account");
  await expect(list(guest, "Members"), "an account of their own").toHaveCount(1);
});

test("a session elsewhere is seen, and ended from here", async ({ page, signIn, another, watch }) => {
  watch.allowAnswer(401, /\/api\//, "the session was ended");
  const { email } = await signIn(page);
  const elsewhere = await (await another()).newPage();
  await signIn(elsewhere, email);
  await open(elsewhere, "/videos", "My videos");
  await open(page, "/account", "Account");
  const rows = list(page, "Sessions");
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: "This browser" })).toHaveCount(1);
  await inspect(page, "account-two-sessions", some);
  await rows.getByRole("button", { name: /^End the session/ }).click();
  await expect(page.getByText(/^The session was ended/)).toBeVisible();
  await expect(rows).toHaveCount(1);
  await elsewhere.getByRole("link", { name: "Account" }).click();
  await expect(heading(elsewhere, "Sign in to DevotionalAI")).toBeVisible();
  await page.reload();
  await expect(heading(page, "Account")).toBeVisible();
  await expect(rows).toHaveCount(1);
});

test("an API key is made, used, rotated and revoked, and the activity says so", async ({ page, signIn, another }) => {
  await signIn(page);
  // A program: it has neither this browser's cookies nor its session.
  const { request: program } = await another();
  const status = async (key: string) => (await program.get("/api/v1/projects", { headers: { "X-API-Key": key } })).status();
  await open(page, "/account/keys", "Account");
  await expect(page.getByText("No keys yet.")).toBeVisible();
  await page.getByRole("textbox", { name: "Name" }).fill("Newsletter");
  await page.getByRole("button", { name: "Make a key" }).click();
  const box = page.getByRole("group", { name: "Your new key “Newsletter”" });
  const first = await box.getByLabel("The key").inputValue();
  await box.getByRole("button", { name: "I have it" }).click();
  expect(await status(first)).toBe(200);
  const row = list(page, "API keys").filter({ hasText: "Newsletter" });
  const prefix = (await row.locator("code").innerText()).replace(/[^\w-]/g, "");
  expect(first.startsWith(prefix), "what is shown of it later is how it begins").toBe(true);
  expect(await page.content()).not.toContain(first);
  await page.reload();
  await expect(row).toContainText("last used just now");

  const rotate = async (grace: string) => {
    await page.getByRole("button", { name: "Rotate Newsletter" }).click();
    await page.getByRole("radio", { name: grace }).check();
    await page.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
    const secret = await box.getByLabel("The key").inputValue();
    await box.getByRole("button", { name: "I have it" }).click();
    return secret;
  };
  const second = await rotate("15 minutes");
  await expect(row).toContainText("The secret before works until");
  expect([await status(first), await status(second)], "both, for 15 minutes").toEqual([200, 200]);
  const third = await rotate("Not at all");
  expect([await status(first), await status(second), await status(third)]).toEqual([401, 401, 200]);
  await page.getByRole("button", { name: "Revoke Newsletter" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("No keys yet.")).toBeVisible();
  expect(await status(third)).toBe(401);

  await page.getByRole("link", { name: "Activity" }).click();
  const deeds = list(page, "Activity");
  await expect(deeds.filter({ hasText: "You made an API key." })).toHaveCount(1); // revoked, it has no name
  await expect(deeds.filter({ hasText: "You gave an API key a new secret." })).toHaveCount(2);
  await expect(deeds.first()).toContainText("You revoked an API key.");
  await expect(deeds.filter({ hasText: "You made this account." })).toHaveCount(1);
});

test("when it cannot be joined for the moment, the invitation is tried again", async ({ page, watch }) => {
  watch.allowAnswer(503, /\/invitations\/accept$/, "the test takes the service away");
  await page.route("**/api/auth/invitations/accept", (route) => route.fulfill(problem(503, "unavailable")));
  await join(page, "a-token");
  await expect(page.getByRole("alert")).toContainText("busy");
  await expect(page.getByRole("button", { name: "Join the account" })).toBeEnabled();
});
