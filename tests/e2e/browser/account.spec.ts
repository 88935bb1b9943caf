import { activity, beSomebody, giveAccount, keys, members, newKey, problem, suppressed } from "./accounts.ts";
import { inspect, looks } from "./inspect.ts";
import { expect, heading, open, test } from "./test.ts";

const some = [looks[0]!, looks[3]!];

test.describe("the account, as it is given to the page", () => {
  test("you, your sessions, and mail that comes back", async ({ page, signIn, watch }) => {
    watch.allowAnswer(503, /\/mailbox\/resume$/, "the test takes the service away");
    await signIn(page);
    await beSomebody(page, { role: "owner", plan: "pro" });
    await giveAccount(page, { mailbox: suppressed });
    await open(page, "/account", "Account");
    const list = page.getByRole("list", { name: "Sessions" });
    await expect(list.getByRole("listitem")).toHaveCount(3);
    await expect(list.getByRole("listitem").first()).toContainText("This browser");
    await expect(list.getByRole("listitem").first().getByRole("button")).toHaveCount(0);
    await expect(list.getByRole("listitem").nth(1)).toContainText("last used 1 hour ago");
    const notice = page.getByRole("status").filter({ hasText: "came back" });
    await expect(notice).toContainText("so we send you none until");
    await inspect(page, "account-mail-comes-back");

    let answer: object = problem(503, "unavailable");
    await page.route("**/api/account/mailbox/resume", (route) => route.fulfill(answer));
    await notice.getByRole("button", { name: "Send mail again" }).click();
    await expect(page.getByRole("alert")).toContainText("busy");
    answer = { json: { ...suppressed, delivers: true, reason: null, suppressed_since: null, suppressed_until: null } };
    await notice.getByRole("button", { name: "Send mail again" }).click();
    await expect(page.getByText("Mail is sent to your address again.")).toBeVisible();
    await expect(notice).toHaveCount(0);
  });

  test("members and invitations", async ({ page, signIn, watch }) => {
    watch.allowAnswer(409, /\/api\/account\/members/, "the account needs an owner, the address is in, or there is no room");
    watch.allowAnswer(400, /\/api\/account\/members$/, "the address is none");
    await signIn(page);
    await beSomebody(page, { role: "owner", plan: "pro" });
    await giveAccount(page);
    await open(page, "/account/members", "Account");
    await expect(page.getByRole("list", { name: "Members" }).getByRole("listitem")).toHaveCount(3);
    await expect(page.getByRole("list", { name: "Invitations" }).getByRole("listitem")).toHaveCount(1);
    await inspect(page, "account-members");

    // What cannot be done is said where it was tried.
    await page.route(/\/api\/account\/members\/[^/]+$/, (route) => route.fulfill(problem(409, "last_owner")));
    await page.getByRole("combobox", { name: "Role of naomi@example.com" }).selectOption("member");
    const stepping = page.getByRole("dialog", { name: "Give up being an owner?" });
    await expect(stepping).toBeVisible();
    await inspect(page, "account-give-up-owner", some);
    await stepping.getByRole("button", { name: "Become a member" }).click();
    await expect(page.getByRole("alert")).toContainText("Make somebody else an owner first");
    await expect(page.getByRole("combobox", { name: "Role of naomi@example.com" })).toHaveValue("owner");
    await inspect(page, "account-last-owner", some);
    await page.getByRole("button", { name: "Remove ruth@example.com" }).click();
    const removal = page.getByRole("dialog", { name: "Remove ruth@example.com?" });
    await inspect(page, "account-remove-member", some);
    await page.keyboard.press("Escape");
    await expect(removal).toBeHidden();
    await expect(page.getByRole("button", { name: "Remove ruth@example.com" })).toBeFocused();

    const field = page.getByRole("textbox", { name: "Email address" });
    const send = page.getByRole("button", { name: "Send invitation" });
    await send.click();
    await expect(field).toHaveAccessibleDescription("Write an email address first.");
    for (const [code, words] of [
      ["already_member", "belongs to the account already"],
      ["too_many_members", "as many as there can be"],
    ] as const) {
      await page.route("**/api/account/members", (route) => (route.request().method() === "POST" ? route.fulfill(problem(409, code)) : route.fallback()));
      await field.fill("boaz@example.com");
      await send.click();
      await expect(page.getByRole("alert").filter({ hasText: words })).toBeVisible();
    }
    await inspect(page, "account-no-room-for-members", some);
  });

  test("inviting is not part of the free plan", async ({ page, signIn }) => {
    await signIn(page);
    await beSomebody(page, { role: "owner", plan: "free" });
    await giveAccount(page, { members: members.slice(0, 1), invitations: [] });
    await open(page, "/account/members", "Account");
    await expect(page.getByText("Inviting people is part of the Pro plan.")).toBeVisible();
    await inspect(page, "account-members-free");
    await page.getByRole("link", { name: "See the Pro plan" }).click();
    await expect(heading(page, "Billing")).toBeVisible();
  });

  test("a key is shown once, copied, and gone", async ({ page, context, signIn, watch }) => {
    watch.allowAnswer(409, /\/api-keys$/, "the account has as many keys as it may");
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await signIn(page);
    await beSomebody(page, { role: "owner", plan: "pro" });
    await giveAccount(page);
    let answer: object = problem(409, "too_many_keys");
    await page.route("**/api/account/api-keys", (route) => (route.request().method() === "POST" ? route.fulfill(answer) : route.fallback()));
    await open(page, "/account/members", "Account");
    await page.getByRole("link", { name: "API keys" }).click();
    await expect(page.getByText("Its secret was shown to you.")).toBeVisible();
    await expect(page.getByText("to a former member: rotate it")).toBeVisible();
    await inspect(page, "account-keys");
    await page.getByRole("textbox", { name: "Name" }).fill("Podcast");
    await page.getByRole("button", { name: "Make a key" }).click();
    await expect(page.getByRole("alert")).toContainText("more are not possible");
    answer = { status: 201, json: newKey };
    await page.getByRole("button", { name: "Make a key" }).click();
    const box = page.getByRole("group", { name: "Your new key “Podcast”" });
    const field = box.getByLabel("The key");
    await expect(field).toHaveValue(newKey.api_key);
    await expect(field).toBeFocused();
    await expect(field, "hidden at first").toHaveAttribute("type", "password");
    await box.getByRole("button", { name: "Show" }).click();
    await expect(field).toHaveAttribute("type", "text");
    const keep = page.getByRole("dialog", { name: "Leave without the key?" });
    await page.getByRole("link", { name: "My videos" }).click();
    await inspect(page, "account-leave-without-key", some);
    await keep.getByRole("button", { name: "Stay" }).click();
    await expect(field, "it is shown still").toHaveValue(newKey.api_key);
    await page.goBack();
    await keep.getByRole("button", { name: "Stay" }).click();
    await expect(page).toHaveURL(/\/account\/keys$/);
    await expect(field, "it is shown after going back, too").toHaveValue(newKey.api_key);
    const [question] = await Promise.all([page.waitForEvent("dialog"), page.evaluate(() => setTimeout(() => location.assign("/api/docs")))]);
    expect(question.type()).toBe("beforeunload");
    await question.dismiss();
    await expect(field).toHaveValue(newKey.api_key);
    await box.getByRole("button", { name: "Copy" }).click();
    await expect(box.getByRole("status")).toHaveText("Copied");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(newKey.api_key);
    await inspect(page, "account-new-key");

    // Nowhere that a script can read later.
    const kept = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href]));
    expect(await kept()).not.toContain(newKey.api_key);
    await box.getByRole("button", { name: "I have it" }).click();
    await expect(box).toHaveCount(0);
    await expect(page.getByRole("heading", { name: "API keys" })).toBeFocused();
    expect((await page.content()) + (await kept())).not.toContain(newKey.api_key);

    await page.getByRole("button", { name: `Rotate ${keys[0]!.name}` }).click();
    await expect(page.getByRole("radio", { name: "Not at all" })).toBeChecked();
    await inspect(page, "account-rotate-key", some);
    await page.getByRole("button", { name: "Keep the old one" }).click();
    await page.getByRole("button", { name: `Revoke ${keys[0]!.name}` }).click();
    await expect(page.getByRole("dialog")).toContainText(/It was last used \d+ minutes ago\./);
    await inspect(page, "account-revoke-key", some);
  });

  test("what was done, as sentences, month by month", async ({ page, signIn }) => {
    await signIn(page);
    await beSomebody(page, { role: "owner", plan: "pro" });
    await giveAccount(page);
    await open(page, "/account/activity", "Account");
    const rows = page.getByRole("list", { name: "Activity" }).getByRole("listitem");
    await expect(rows).toHaveCount(6);
    await expect(rows.first()).toContainText(`You gave the API key “${keys[1]!.name}” a new secret.`);
    await expect(rows.nth(2)).toContainText("ruth@example.com tried to revoke an API key, and was refused.");
    await page.getByRole("button", { name: "Show more" }).click();
    await expect(rows).toHaveCount(activity.length);
    await expect(rows.filter({ hasText: "moon.landed" }), "an act that this page does not know").toHaveCount(1);
    await inspect(page, "account-activity");
    await page.getByRole("button", { name: "The month before" }).click();
    await expect(page.getByText("Nothing in this month.")).toBeVisible();
    expect(new URL(page.url()).search).toMatch(/^\?month=\d{4}-\d\d$/);
    await inspect(page, "account-activity-none", some);
    await page.goBack();
    await expect(rows.first()).toBeVisible();
  });

  test("nothing is there yet, is still loading, or cannot be read", async ({ page, signIn, watch }) => {
    watch.allowAnswer(503, /\/api\/(account|auth\/sessions)/, "the test takes the service away");
    await signIn(page);
    await beSomebody(page, { role: "owner", plan: "pro" });
    await giveAccount(page, { keys: [], invitations: [] });
    await open(page, "/account/keys", "Account");
    await expect(page.getByText("No keys yet.")).toBeVisible();
    await inspect(page, "account-no-keys", some);
    let release = () => {};
    const gate = new Promise<void>((open) => (release = open));
    await page.route(/\/api\/(account\/(members|invitations|api-keys|audit|mailbox)|auth\/sessions)(\?|$)/, async (route) => {
      await gate;
      await route.fulfill(problem(503, "unavailable"));
    });
    for (const [path, name] of [["/account", "you"], ["/account/members", "members"], ["/account/keys", "keys"], ["/account/activity", "activity"]] as const) {
      await page.goto(path);
      await expect(page.getByRole("status").filter({ hasText: /^Loading: / }).first()).toBeAttached();
      if (name === "members") await inspect(page, "account-loading", some);
    }
    release();
    await expect(page.getByRole("alert")).toContainText("busy", { timeout: 30_000 });
    await inspect(page, "account-service-busy", some);
    await page.unrouteAll();
    await beSomebody(page, { role: "owner", plan: "pro" });
    await giveAccount(page);
    await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("list", { name: "Activity" })).toBeVisible();
  });

  test("a member sees no people, keys and activity, and can leave", async ({ page, signIn }) => {
    await signIn(page);
    await beSomebody(page, { role: "member", plan: "pro" });
    await giveAccount(page);
    await open(page, "/account/keys", "Account");
    await expect(page.getByText("Only owners of the account see")).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Account" })).toHaveCount(0);
    await inspect(page, "account-member");
    await page.getByRole("button", { name: "Leave this account" }).click();
    await expect(page.getByRole("dialog", { name: "Leave this account?" })).toBeVisible();
    await inspect(page, "account-leave", some);
    await page.getByRole("button", { name: "Stay" }).click();
    await expect(page.getByRole("button", { name: "Leave this account" })).toBeFocused();
  });

  test("an owner who is made a member while the page is open sees what a member may", async ({ page, signIn, watch }) => {
    watch.allowAnswer(403, /\/api\/account\/api-keys/, "the role was changed meanwhile");
    await signIn(page);
    await giveAccount(page);
    await open(page, "/account/members", "Account");
    await beSomebody(page, { role: "member", plan: "pro" });
    await page.route("**/api/account/api-keys?*", (route) => route.fulfill(problem(403, "forbidden")));
    await page.getByRole("link", { name: "API keys" }).click();
    await expect(page.getByText("Only owners of the account see")).toBeVisible();
    await expect(page.getByRole("list", { name: "Sessions" })).toBeVisible();
  });
});
