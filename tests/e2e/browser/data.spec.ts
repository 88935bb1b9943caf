import type { Page } from "@playwright/test";
import { beSomebody, deletion, exports, giveAccount, giveData, problem } from "./accounts.ts";
import { inspect, looks } from "./inspect.ts";
import { expect, heading, open, test } from "./test.ts";

const some = [looks[0]!, looks[3]!];
const region = (page: Page, name: string) => page.getByRole("region", { name });
const rows = (page: Page) => page.getByRole("list", { name: "Exports" }).getByRole("listitem");
const banner = (page: Page) => region(page, "Deletion of the account");

/** Somebody whose account is as a test says. */
async function be(page: Page, role: "owner" | "member", parts: Parameters<typeof giveData>[1] = {}) {
  await beSomebody(page, { role, plan: "pro" });
  await giveAccount(page);
  await giveData(page, parts);
}

test.describe("the data of an account, as it is given to the page", () => {
  test("an export from the button to the download", async ({ page, context, signIn, watch }) => {
    watch.allowAnswer(503, /\/api\/account\/export/, "the test takes the service away");
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await signIn(page);
    let now: readonly object[] = [];
    await be(page, "owner", { exports: () => now });
    let answer: () => object = () => problem(503, "unavailable");
    const keys: (string | undefined)[] = [];
    await page.route("**/api/account/export", (route) => {
      keys.push(route.request().headers()["idempotency-key"]);
      return route.fulfill(answer());
    });
    await open(page, "/account", "Account");
    await page.getByRole("link", { name: "Your data" }).click();
    await expect(page.getByText("No export was made yet.")).toBeVisible();
    await inspect(page, "data-nothing-yet");

    const ask = page.getByRole("button", { name: "Export everything" });
    await ask.click();
    await expect(page.getByRole("alert")).toContainText("busy");
    answer = () => {
      now = [exports.queued, exports.gone];
      return { status: 202, json: exports.queued };
    };
    await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
    await expect(page.getByText("The export has begun.")).toBeVisible();
    expect(keys[0], "asked again after no answer: the same export").toBeTruthy();
    expect(keys).toEqual([keys[0], keys[0]]);
    const bar = page.getByRole("progressbar", { name: "Export" });
    await expect(bar).toHaveAttribute("aria-valuetext", "0 %, Waiting to begin");
    await expect(ask).toBeDisabled();
    now = [{ ...exports.packing, id: exports.queued.id }, exports.gone];
    await expect(bar).toHaveAttribute("aria-valuetext", "42 %, Packing the archive");
    await inspect(page, "data-export-packing");
    now = [{ ...exports.ready, id: exports.queued.id }, exports.gone];
    await expect(page.getByText("The export is ready.")).toBeVisible();
    await expect(bar).toHaveCount(0);
    await expect(ask).toBeEnabled();
    await expect(rows(page).first()).toContainText("734 MB · expires in 6 days");
    await expect(rows(page).nth(1)).toContainText("gone now");
    await rows(page).first().getByRole("button", { name: "Copy the checksum" }).click();
    await expect(rows(page).first().getByRole("status")).toHaveText("Copied");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(exports.ready.manifest_sha256);
    await page.getByText("How to check an export").click();
    await expect(page.getByText("sha256sum manifest.json")).toBeVisible();
    await inspect(page, "data-export-ready");

    // The link is made when it is wanted.
    await page.route("**/exports-archive", (route) =>
      route.fulfill({ body: "PK", headers: { "Content-Disposition": 'attachment; filename="devotionalai.zip"' } }),
    );
    now = [{ ...exports.ready, id: exports.queued.id, download_url: "/exports-archive" }, exports.gone];
    const [download] = await Promise.all([page.waitForEvent("download"), rows(page).first().getByRole("button", { name: /^Download/ }).click()]);
    expect(download.suggestedFilename()).toBe("devotionalai.zip");
    await expect(heading(page, "Account"), "one stays on the page").toBeVisible();
    now = [{ ...exports.gone, id: exports.queued.id }, exports.gone];
    await rows(page).first().getByRole("button", { name: /^Download/ }).click();
    await expect(page.getByText("This export is not kept any more.")).toBeVisible();
    await expect(page.getByRole("button", { name: /^Download/ })).toHaveCount(0);
  });

  test("an export that failed is tried again, and one that runs elsewhere is shown", async ({ page, signIn, watch }) => {
    watch.allowAnswer(409, /\/api\/account\/export$/, "one is made already");
    await signIn(page);
    let now: readonly object[] = [exports.failed, exports.gone];
    await be(page, "owner", { exports: () => now });
    await page.route("**/api/account/export", (route) => {
      now = [exports.packing, ...now];
      return route.fulfill(problem(409, "export_running"));
    });
    await open(page, "/account/data", "Account");
    await expect(rows(page).first()).toContainText("It failed. The service is busy.");
    await inspect(page, "data-export-failed", some);
    await rows(page).first().getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("alert")).toContainText("An export is being made already");
    await expect(page.getByRole("progressbar", { name: "Export" })).toBeVisible();
    await inspect(page, "data-export-runs-already", some);
  });

  test("what is known of backups, and what is not", async ({ page, signIn, watch }) => {
    watch.allowAnswer(503, /\/api\/account\/(backup|exports|deletion)/, "the test takes the service away");
    await signIn(page);
    await be(page, "owner");
    await open(page, "/account/data", "Account");
    const backups = region(page, "Backups");
    await expect(backups.getByRole("definition").last()).toHaveText("Never, or unknown");
    await expect(backups.locator("time")).toHaveCount(3);
    await giveData(page, { backup: { last_backup_at: null, next_backup_at: null, earliest_restore: null, last_restore_drill_at: "2026-11-02T03:00:00Z" } });
    await page.reload();
    await expect(backups.getByText("Unknown", { exact: true })).toHaveCount(3);
    await expect(backups).toContainText("Nov 2, 2026");
    await inspect(page, "data-backups-unknown", some);

    let release = () => {};
    const gate = new Promise<void>((done) => (release = done));
    await page.route(/\/api\/account\/(backup|exports|deletion)(\?|$)/, async (route) => {
      await gate;
      await route.fulfill(problem(503, "unavailable"));
    });
    await page.goto("/account/data");
    await expect(page.getByRole("status").filter({ hasText: /^Loading: backups/ })).toBeAttached();
    await inspect(page, "data-loading", some);
    release();
    await expect(page.getByRole("alert")).toHaveCount(3, { timeout: 30_000 });
    await inspect(page, "data-service-busy", some);
  });

  test("deleting is confirmed, waits, says so everywhere, and is taken back", async ({ page, context, signIn, watch }) => {
    watch.allowAnswer(403, /\/api\/account$/, "the sign-in is too long ago");
    watch.allowAnswer(400, /\/api\/account$/, "the API takes another address for the right one");
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await signIn(page);
    let now: object = deletion.none;
    await be(page, "owner", { deletion: () => now });
    const receipt = "https://app.example.com/api/erasures/a-receipt-that-nobody-can-guess-and-that-is-long";
    let answer: object = problem(403, "sign_in_again");
    const sent: unknown[] = [];
    await page.route("**/api/account", (route) => {
      sent.push(route.request().method(), route.request().postDataJSON());
      return route.fulfill(answer);
    });
    await open(page, "/account/data", "Account");
    const zone = region(page, "Delete this account");
    await zone.getByRole("button", { name: "Delete this account" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete this account?" });
    const field = dialog.getByRole("textbox", { name: /^To confirm, type your address/ });
    await inspect(page, "data-delete", some);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(zone.getByRole("button", { name: "Delete this account" })).toBeFocused();
    await zone.getByRole("button", { name: "Delete this account" }).click();
    await dialog.getByRole("button", { name: "Delete account" }).click();
    await expect(field).toHaveAccessibleDescription("Type naomi@example.com exactly as it is here.");
    expect(sent, "nothing is asked for without the address").toEqual([]);
    await field.fill("Naomi@Example.com ");
    await field.press("Enter");
    await expect(dialog.getByText("What cannot be undone needs a sign-in within the last hour.")).toBeVisible();
    expect(sent).toEqual(["DELETE", { confirm: "Naomi@Example.com" }]);
    await inspect(page, "data-delete-sign-in-again", some);

    // To the sign-in, and back to the question.
    await dialog.getByRole("button", { name: "Sign in again" }).click();
    await expect(heading(page, "Sign in to DevotionalAI")).toBeVisible();
    const next = new URL(page.url()).searchParams.get("next") ?? "";
    expect(next).toBe("/account/data?delete=");
    await signIn(page);
    await page.goto(next);
    await expect(dialog).toBeVisible();
    answer = problem(400, "invalid_input");
    await field.fill("naomi@example.com");
    await dialog.getByRole("button", { name: "Delete account" }).click();
    await expect(dialog.getByRole("alert")).toBeVisible();
    answer = { status: 202, json: { id: deletion.waiting.erasure_id, ...deletion.waiting, status: undefined, receipt_url: receipt } };
    now = deletion.waiting;
    await dialog.getByRole("button", { name: "Delete account" }).click();
    await expect(zone.getByText("Asked for. Everybody in the account gets a mail")).toBeVisible();
    await expect(page.getByRole("heading", { name: "Delete this account" })).toBeFocused();
    await expect(banner(page)).toContainText("This account is to be erased in 6 days, on");
    await zone.getByRole("button", { name: "Copy the link of the receipt" }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(receipt);
    await expect(zone.getByRole("link", { name: "Open the receipt" })).toHaveAttribute("href", receipt);
    await inspect(page, "data-delete-waits");
    await page.reload();
    await expect(zone.getByLabel("Link of your receipt"), "this browser keeps it").toHaveValue(receipt);
    for (const [path, title] of [["/", "Create a video"], ["/videos", "My videos"], ["/usage", "Usage"], ["/uploads", "Your uploads"], ["/billing", "Billing"]] as const) {
      await page.goto(path);
      await expect(heading(page, title)).toBeVisible();
      await expect(banner(page)).toBeVisible();
    }
    await inspect(page, "delete-waits-elsewhere", some);

    await page.route("**/api/account/deletion/cancel", (route) => {
      expect(route.request().postDataJSON()).toEqual({});
      now = deletion.none;
      return route.fulfill({ json: deletion.none });
    });
    await banner(page).getByRole("button", { name: "Keep the account" }).click();
    await expect(page.getByText("The account stays, with everything in it. Nothing was erased.")).toBeVisible();
    await expect(banner(page)).toHaveCount(0);
    await expect(page.getByRole("main")).toBeFocused();
    await expect.poll(() => page.evaluate(() => localStorage.getItem("devotionalai-farewell"))).toBeNull();
  });

  test("a deletion that was asked for elsewhere has begun when it is taken back", async ({ page, signIn, watch }) => {
    watch.allowAnswer(409, /\/deletion\/cancel$/, "the erasure has begun");
    await signIn(page);
    await be(page, "owner", { deletion: deletion.waiting });
    await page.route("**/api/account/deletion/cancel", (route) => route.fulfill(problem(409, "erasure_begun")));
    await open(page, "/account/data", "Account");
    const zone = region(page, "Delete this account");
    await expect(zone).toContainText("Its link is in the mail about the deletion.");
    await zone.getByRole("button", { name: "Keep the account" }).click();
    await expect(zone.getByRole("alert")).toContainText("It is too late");
    await inspect(page, "data-delete-too-late", some);
  });

  test("a member is told, and can leave with what is theirs erased", async ({ page, signIn }) => {
    await signIn(page);
    await be(page, "member", { deletion: deletion.waiting });
    await open(page, "/account/data", "Account");
    await expect(page.getByText("Only owners of the account see")).toBeVisible();
    await expect(banner(page)).toContainText("Should it stay? Use the link in the mail about it, or ask an owner.");
    await expect(banner(page).getByRole("button")).toHaveCount(0);
    await expect(region(page, "Leave, and erase what is yours")).toBeVisible();
    await inspect(page, "data-member-deletion-waits", some);
  });

  test("once the account is gone, the sign-in page says so", async ({ page, signIn, watch }) => {
    watch.allowAnswer(401, /\/api\//, "the account is gone");
    await signIn(page);
    await be(page, "owner", { deletion: deletion.waiting });
    await open(page, "/account/data", "Account");
    await page.evaluate(() => {
      const known = JSON.parse(localStorage.getItem("devotionalai-farewell") ?? "{}") as object;
      localStorage.setItem("devotionalai-farewell", JSON.stringify({ ...known, at: new Date(Date.now() - 86_400_000).toISOString(), receipt: `${location.origin}/api/erasures/receipt-of-a-test` }));
    });
    await page.unrouteAll();
    await page.context().clearCookies();
    await page.goto("/videos");
    await expect(heading(page, "Sign in to DevotionalAI")).toBeVisible();
    await expect(page.getByText("The account that was open here was to be erased on")).toBeVisible();
    await expect(page.getByRole("link", { name: "See the receipt" })).toHaveAttribute("href", /\/api\/erasures\/receipt-of-a-test$/);
    await inspect(page, "login-account-gone");
    await page.getByRole("button", { name: "Do not show again" }).click();
    await page.reload();
    await expect(heading(page, "Sign in to DevotionalAI")).toBeVisible();
    await expect(page.getByText("The account that was open here")).toHaveCount(0);
  });

  test("the mailed link keeps the account: kept, too late, or of no use", async ({ page, watch }) => {
    watch.allowAnswer(503, /\/deletion\/cancel$/, "the test takes the service away");
    watch.allowAnswer(409, /\/deletion\/cancel$/, "the erasure has begun");
    watch.allowAnswer(401, /\/deletion\/cancel$/, "the link is dead");
    let answer: object = problem(503, "unavailable");
    await page.route("**/api/account/deletion/cancel", (route) => {
      expect(route.request().postDataJSON()).toEqual({ token: "a-mailed-token" });
      return route.fulfill(answer);
    });
    const keep = page.getByRole("button", { name: "Keep the account" });
    await page.goto("/account/keep#token=a-mailed-token");
    await expect(heading(page, "Keep the account")).toBeVisible();
    expect(page.url(), "the token leaves the address at once").toMatch(/\/account\/keep$/);
    await inspect(page, "keep-account");
    await keep.click();
    await expect(page.getByRole("alert")).toContainText("busy");
    answer = { json: deletion.none };
    await keep.click();
    await expect(page.getByText("The account stays, with everything in it.")).toBeVisible();
    await inspect(page, "keep-account-kept", some);
    for (const [status, code, words, name] of [[409, "erasure_begun", "It is too late.", "too-late"], [401, "link_invalid", "This link no longer works.", "no-longer-works"]] as const) {
      answer = problem(status, code);
      await page.goto("/login");
      await page.goto("/account/keep#token=a-mailed-token");
      await keep.click();
      await expect(page.getByRole("alert")).toContainText(words);
      await inspect(page, `keep-account-${name}`, some);
    }
    await page.goto("/login");
    await page.goto("/account/keep");
    await expect(page.getByRole("alert")).toContainText("This link no longer works.");
  });
});
