import type { Page } from "@playwright/test";
import { mailedToken, tokenAfter } from "./api.ts";
import { inspect, looks } from "./inspect.ts";
import { expect, heading, newAddress, passTime, signInByHand, test } from "./test.ts";

async function expectDead(page: Page) {
  await expect(page.getByRole("alert")).toContainText("This link no longer works");
  await page.getByRole("link", { name: "Get a new link" }).click();
  await expect(heading(page, "Sign in to DevotionalAI")).toBeVisible();
}

/** The addresses that one can go back to in this tab, by the browser's own record. */
async function history(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { entries } = await session.send("Page.getNavigationHistory");
  return entries.map((e) => e.url);
}

test("the token leaves the address and the history at once, and the link alone signs nobody in", async ({ page }) => {
  const token = await mailedToken(page.request, newAddress());
  await page.goto(`/auth/verify#token=${token}`);
  await expect(heading(page, "Finish signing in")).toBeVisible();
  expect(page.url()).toMatch(/\/auth\/verify$/);
  expect((await page.context().cookies()).filter((c) => c.name === "refresh_token")).toEqual([]);
  await inspect(page, "finish-signing-in");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(heading(page, "Create a video")).toBeVisible();
  for (const url of await history(page)) expect(url).not.toContain(token);
  expect(await page.evaluate(() => JSON.stringify(window.history.state))).not.toContain(token);
  await page.goBack();
  expect(page.url()).not.toContain(token);
});

test("a used link", async ({ page, watch }) => {
  watch.allowAnswer(401, /\/magic-link\/verify$/, "the link is used");
  const token = await mailedToken(page.request, newAddress());
  expect((await page.request.post("/api/auth/magic-link/verify", { data: { token } })).status()).toBe(200);
  await page.context().clearCookies();
  await page.goto(`/auth/verify#token=${token}`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await inspect(page, "link-no-longer-works", [looks[0]!, looks[3]!]);
  await expectDead(page);
});

test("a link that a newer one replaced", async ({ page, watch }) => {
  watch.allowAnswer(401, /\/magic-link\/verify$/, "the link is not the newest");
  const email = newAddress();
  const older = await mailedToken(page.request, email);
  const newer = await mailedToken(page.request, email);
  await page.goto(`/auth/verify#token=${older}`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("This link no longer works");
  // In the same tab, where only the fragment changes.
  await page.goto(`/auth/verify#token=${newer}`);
  await expect(page).toHaveURL(/\/auth\/verify$/);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(heading(page, "Create a video")).toBeVisible();
});

for (const garbage of ["x", "%F0%9F%98%80", "a".repeat(5000), "%3Cimg%20src%3Dx%3E", "..%2F..%2Fetc", "%00"]) {
  test(`a link that nobody sent: ${garbage.slice(0, 20)}`, async ({ page, watch }) => {
    watch.allowAnswer(401, /\/magic-link\/verify$/, "the link was never sent");
    watch.allowAnswer(400, /\/magic-link\/verify$/, "the token cannot be one");
    await page.goto(`/auth/verify#token=${garbage}`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expectDead(page);
  });
}

for (const fragment of ["", "#", "#token=", "#other=1"]) {
  test(`a link without its token: "${fragment}"`, async ({ page }) => {
    await page.goto(`/auth/verify${fragment}`);
    await expect(heading(page, "Finish signing in")).toBeVisible();
    await expectDead(page);
  });
}

test("another link can be asked for after half a minute", async ({ page }) => {
  await page.clock.install();
  const email = newAddress();
  await page.goto("/login");
  await expect(page.getByRole("region", { name: "What you can make" })).toBeVisible();
  await page.getByRole("textbox", { name: "Email address" }).fill(email);
  await page.getByRole("textbox", { name: "Email address" }).press("Enter");
  await expect(heading(page, "Check your email")).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
  const again = page.getByRole("button", { name: /^Send again/ });
  await expect(again).toHaveAccessibleName(/^Send again in \d+ s$/);
  await expect(again).toBeDisabled();
  await passTime(page, 31_000, page.getByRole("button", { name: "Send again", exact: true }));
  await again.click();
  await expect(again).toHaveAccessibleName(/^Send again in \d+ s$/);
  await page.getByRole("button", { name: "Use another address" }).click();
  await expect(page.getByRole("textbox", { name: "Email address" })).toHaveValue(email);
});

test("an address that is none is explained at its field", async ({ page, watch }) => {
  watch.allowAnswer(400, /\/magic-link\/request$/, "the address is none");
  await page.goto("/login");
  const field = page.getByRole("textbox", { name: "Email address" });
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await expect(field).toHaveAccessibleDescription(/./);
  await field.fill("nobody");
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await expect(page.getByRole("alert")).toContainText("address");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(/address/);
  await expect(field).toHaveValue("nobody");
  await inspect(page, "login-wrong-address", [looks[0]!, looks[3]!]);
});

test("after the sign-in one is where one wanted to go", async ({ page }) => {
  const email = newAddress();
  await page.goto("/billing?x=1");
  await expect(heading(page, "Sign in to DevotionalAI")).toBeVisible();
  expect(new URL(page.url()).searchParams.get("next")).toBe("/billing?x=1");
  await page.getByRole("textbox", { name: "Email address" }).fill(email);
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await expect(heading(page, "Check your email")).toBeVisible();
  await page.goto(`/auth/verify#token=${await tokenAfter(page.request, email, 0)}`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(heading(page, "Billing")).toBeVisible();
});

for (const next of ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/%09/evil.example", "/\t/evil.example"]) {
  test(`next=${JSON.stringify(next)} does not lead away`, async ({ page, context }) => {
    const left: string[] = [];
    await context.route(
      (url) => url.hostname !== "localhost" && url.hostname !== "127.0.0.1",
      (route) => {
        left.push(route.request().url());
        return route.abort();
      },
    );
    await signInByHand(page); // so that the sign-in page sends on at once
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Create a video|Page not found/);
    expect(new URL(page.url()).hostname).toBe("localhost");
    expect(left).toEqual([]);
  });
}
