import type { Page } from "@playwright/test";
import { codeAfter, mailedToken, mails } from "./api.ts";
import { inspect, looks } from "./inspect.ts";
import { expect, heading, newAddress, open, passTime, test } from "./test.ts";

const some = [looks[0]!, looks[3]!];

/** Asks for a mail on the sign-in page, and reads it as on another device. */
async function askFor(page: Page, email: string, path = "/login") {
  await page.goto(path);
  await page.getByRole("textbox", { name: "Email address" }).fill(email);
  const before = (await mails(page.request, email)).length;
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await expect(heading(page, "Check your email")).toBeVisible();
  return codeAfter(page.request, email, before);
}

const field = (page: Page) => page.getByRole("textbox", { name: "Code from the mail" });
const signIn = (page: Page) => page.getByRole("button", { name: "Sign in", exact: true });
/** Another one than the code, of its letters. */
const wrongOf = (code: string) => [...code].reverse().join("").replace(/^./, (c) => (c === "C" ? "D" : "C"));

test("the code of a mail that was read elsewhere signs in where it was asked for", async ({ page }) => {
  const { code } = await askFor(page, newAddress(), "/login?next=%2Fbilling");
  await expect(field(page)).toHaveAttribute("autocomplete", "one-time-code");
  // As people write it.
  await field(page).fill(` ${code.slice(0, 3).toLowerCase()} - ${code.slice(3).toLowerCase()}`);
  await field(page).press("Enter");
  await expect(heading(page, "Billing")).toBeVisible();
  await page.reload();
  await expect(heading(page, "Billing")).toBeVisible();
});

test("a code can be pasted, and written after the page was opened anew", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const email = newAddress();
  const { code } = await askFor(page, email);
  await page.reload(); // a phone that had no room for the page
  await page.getByRole("button", { name: "I have a code already" }).click();
  await expect(page.getByRole("alert")).toContainText("email address");
  await page.getByRole("textbox", { name: "Email address" }).fill(email);
  await page.getByRole("button", { name: "I have a code already" }).click();
  await expect(heading(page, "Enter your code")).toBeVisible();
  await inspect(page, "login-enter-your-code");
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${code}\n`);
  await field(page).focus();
  await page.keyboard.press("ControlOrMeta+V");
  await signIn(page).click();
  await expect(heading(page, "Create a video")).toBeVisible();
});

test("a code works in no other browser", async ({ page, another, watch }) => {
  watch.allowAnswer(401, /\/magic-link\/verify$/, "the code was asked for elsewhere");
  const email = newAddress();
  const { code } = await askFor(page, email);
  const elsewhere = await (await another()).newPage();
  await open(elsewhere, "/login", "Sign in to DevotionalAI");
  await elsewhere.getByRole("textbox", { name: "Email address" }).fill(email);
  await elsewhere.getByRole("button", { name: "I have a code already" }).click();
  await field(elsewhere).fill(code);
  await signIn(elsewhere).click();
  await expect(elsewhere.getByRole("alert")).toHaveText("That code did not work. Check it, or ask for a new one.");
});

test("five wrong codes, and the right one and the link are dead too", async ({ page, watch }) => {
  watch.allowAnswer(401, /\/magic-link\/verify$/, "the codes are wrong, and then dead");
  const { code, token } = await askFor(page, newAddress());
  await field(page).fill("12");
  await signIn(page).click();
  await expect(field(page), "what cannot be a code takes no try").toHaveAccessibleDescription(/six letters and digits/);
  const answered = () => page.waitForResponse(/\/magic-link\/verify$/);
  for (let n = 1; n <= 5; n++) {
    await field(page).fill(wrongOf(code));
    const answer = answered();
    await signIn(page).click();
    expect((await answer).status(), `try ${n}`).toBe(401);
    await expect(field(page)).toHaveAttribute("aria-invalid", "true");
    await expect(field(page)).toHaveAccessibleDescription(n < 5 ? "That code did not work. Check it, or ask for a new one." : /Ask for a new mail\.$/);
    if (n === 1) await inspect(page, "login-wrong-code", some);
  }
  await expect(signIn(page)).toBeDisabled();
  await inspect(page, "login-dead-code", some);
  // The page takes no more, and neither does the API.
  const email = await page.getByText(/@example\.com/).first().innerText();
  const right = await page.request.post("/api/auth/magic-link/verify", { data: { email, code } });
  expect(right.status(), "the right code").toBe(401);
  await page.goto(`/auth/verify#token=${token}`);
  await signIn(page).click();
  await expect(page.getByRole("alert")).toContainText("This link no longer works");
});

test("a new mail has a code, and tries, of its own", async ({ page, watch }) => {
  watch.allowAnswer(401, /\/magic-link\/verify$/, "the code is wrong");
  await page.clock.install();
  const email = newAddress();
  const { code } = await askFor(page, email);
  await field(page).fill(wrongOf(code));
  await signIn(page).click();
  await expect(page.getByRole("alert")).toBeVisible();
  const again = page.getByRole("button", { name: "Send again", exact: true });
  await passTime(page, 31_000, again);
  await again.click();
  const { code: newer } = await codeAfter(page.request, email, 1);
  await expect(page.getByRole("button", { name: /^Send again in/ })).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await field(page).fill(newer);
  await signIn(page).click();
  await expect(heading(page, "Create a video")).toBeVisible();
});

test("what to do when no mail comes", async ({ page }) => {
  await askFor(page, newAddress());
  await page.getByText("No mail after a minute?").click();
  await expect(page.getByText(/spam folder/)).toBeVisible();
  await expect(page.getByText(/For 7 days/)).toBeVisible();
  await inspect(page, "login-no-mail", some);
});

test("a scanner that opens the link, runs its scripts and does not click leaves link and code alive", async ({ page, another }) => {
  const email = newAddress();
  const { code, token } = await askFor(page, email);
  const scanner = await another();
  const posts: string[] = [];
  scanner.on("request", (r) => {
    if (r.method() !== "GET") posts.push(`${r.method()} ${r.url()}`);
  });
  for (let n = 0; n < 3; n++) {
    const seen = await scanner.newPage();
    await seen.clock.install();
    await seen.goto(`/auth/verify#token=${token}`, { waitUntil: "networkidle" });
    await expect(heading(seen, "Finish signing in")).toBeVisible();
    await seen.clock.runFor(60_000); // it waits for what comes
    await seen.mouse.move(200, 200);
    await seen.mouse.wheel(0, 500);
    await seen.close();
  }
  expect(posts, "what was sent without a click").toEqual([]);
  expect(await scanner.cookies()).toEqual([]);
  // And those that do not run scripts.
  const asks = Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? "GET" : "HEAD"));
  for (const method of ["GET", "HEAD"]) {
    const all = await Promise.all(asks.map(() => scanner.request.fetch(`/auth/verify#token=${token}`, { method })));
    expect(new Set(all.map((a) => a.status()))).toEqual(new Set([200]));
  }
  await field(page).fill(code);
  await signIn(page).click();
  await expect(heading(page, "Create a video")).toBeVisible();

  // The link of another mail, after the same.
  const other = await mailedToken(scanner.request, newAddress());
  const seen = await scanner.newPage();
  await seen.goto(`/auth/verify#token=${other}`, { waitUntil: "networkidle" });
  await seen.reload({ waitUntil: "networkidle" });
  await seen.goto(`/auth/verify#token=${other}`);
  await signIn(seen).click();
  await expect(heading(seen, "Create a video")).toBeVisible();
});
