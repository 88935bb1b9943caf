import { test as base, expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import { Api, mailedToken, tokenAfter, mails } from "./api.ts";
import { Watch } from "./watch.ts";

export { expect };
export type { Page };

/** Somebody who has an account, seen from outside the browser. */
export interface Person {
  email: string;
  api: Api;
}

/** What one worker's tests look at without changing it: made once, because videos take time. */
export interface Studio extends Person {
  draft: string; // a project's id
  title: string; // of its project and video
  project: string;
  video: string; // a job's id
  canceled: string; // a job's id
}

interface Given {
  watch: Watch;
  /** Signs the page's browser in, as an account of its own without an address. */
  signIn: (page: Page, email?: string) => Promise<Person>;
  /** A browser of another person, or of the same one elsewhere. */
  another: () => Promise<BrowserContext>;
}

/**
 * Lets time pass until it shows. What announces a wait can be seen a moment before its timer begins, which time that
 * passes then does not end; and a request that is under way meanwhile would come too late for who asked.
 */
export async function passTime(page: Page, ms: number, until: Locator) {
  await page.waitForLoadState("networkidle");
  await expect(async () => {
    await page.clock.runFor(ms);
    await expect(until).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

let people = 0;

/** An address that nobody else has. */
export function newAddress(): string {
  return `person-${process.pid}-${Date.now().toString(36)}-${++people}@example.com`;
}

export const test = base.extend<Given, { studio: Studio }>({
  watch: async ({}, use) => {
    const watch = new Watch();
    await use(watch);
    expect(watch.unexpected(), "errors that the browser logged").toEqual([]);
  },

  context: async ({ context, watch }, use) => {
    watch.over(context);
    await use(context);
  },

  another: async ({ browser, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      watch.over(context);
      contexts.push(context);
      return context;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  signIn: async ({}, use) => {
    await use(async (page, email = newAddress()) => {
      const request = page.context().request; // shares the browser's cookies
      const answer = await request.post("/api/auth/magic-link/verify", { data: { token: await mailedToken(request, email) } });
      expect(answer.status(), await answer.text()).toBe(200);
      const { access_token: token } = (await answer.json()) as { access_token: string };
      return { email, api: new Api(request, token) };
    });
  },

  studio: [
    async ({ playwright }, use, worker) => {
      const request = await playwright.request.newContext({ baseURL: worker.project.use.baseURL as string });
      const email = newAddress();
      const answer = await request.post("/api/auth/magic-link/verify", { data: { token: await mailedToken(request, email) } });
      const { access_token: token } = (await answer.json()) as { access_token: string };
      const api = new Api(request, token);
      const title = "Still Waters";
      const project = await api.project(title, "Be still, and know that I am God.", "He leads me beside still waters.");
      const video = await api.render(project.id);
      const other = await api.project("A Quiet Evening", "Lie down in peace.");
      const canceled = await api.render(other.id);
      await api.call("DELETE", `/api/v1/jobs/${canceled.id}`);
      const draft = await api.project("Morning Light", "New every morning. Great is your faithfulness.", "This is the day.");
      await api.ended(video.id, "succeeded");
      await api.ended(canceled.id, "canceled");
      await use({ email, api, title, project: project.id, video: video.id, canceled: canceled.id, draft: draft.id });
      await request.dispose();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

/** Signs in as a person does: the address, the mail, the link, the button. */
export async function signInByHand(page: Page, email = newAddress()): Promise<string> {
  await page.goto("/login");
  await page.getByRole("textbox", { name: "Email address" }).fill(email);
  const request = page.context().request;
  const before = (await mails(request, email)).length;
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Check your email" })).toBeVisible();
  await page.goto(`/auth/verify#token=${await tokenAfter(request, email, before)}`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Create a video" })).toBeVisible();
  return email;
}

export function heading(page: Page, name: string) {
  return page.getByRole("heading", { level: 1, name, exact: true });
}

/** The scenes of the editor, by their headings. */
export function scenesOf(page: Page) {
  return page.getByRole("list", { name: "Scenes" }).getByRole("heading", { name: /^Scene \d+$/ });
}

/** Opens a page of the app and waits until it has read what it shows. */
export async function open(page: Page, path: string, title: string) {
  await page.goto(path);
  await loaded(page, title);
}

/** Waits until a page is drawn and nothing in it says that it is loading. */
export async function loaded(page: Page, title: string) {
  await expect(heading(page, title)).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: /^Loading/ })).toHaveCount(0);
}
