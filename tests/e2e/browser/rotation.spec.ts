import type { Page, Request, Response } from "@playwright/test";
import { rotateSigning } from "./api.ts";
import { expect, open, test } from "./test.ts";

/** Given by TestTwoTabsOutliveARotation, as is a product whose access tokens end after seconds. */
const REFRESHES = Number(process.env["REFRESHES"]);
const EACH_SIDE = 3; // refreshes before the rotation and after it

/** The key that signed the access token of a request. */
function keyOf(request: Request): string {
  const token = (request.headers()["authorization"] ?? "").replace("Bearer ", "");
  return (JSON.parse(atob(token.split(".")[0] ?? "")) as { kid: string }).kid;
}

/** What the API refused for good: anything but an access token that had ended, after which the same request went through. */
function refusedForGood(answers: Response[]): string[] {
  const same = (a: Response, b: Response) => a.url() === b.url() && a.request().method() === b.request().method() && a.frame() === b.frame();
  return answers
    .filter((answer, n) => {
      if (answer.status() < 400) return false;
      const then = answers.slice(n + 1).find((other) => same(answer, other));
      return answer.status() !== 401 || answer.url().endsWith("/api/auth/refresh") || !then?.ok();
    })
    .map((answer) => `${answer.status()} ${answer.request().method()} ${answer.url()}`);
}

test("two tabs at work, tokens that end in seconds and a rotation of the signing secret: nobody is signed out", async ({ page, context, signIn, watch }) => {
  test.setTimeout(300_000);
  watch.allowAnswer(401, /\/api\/(v1|usage)/, "an access token ended on its way: the app exchanges it and sends again");
  const { api } = await signIn(page);
  const drafts = [await api.project("In the first tab", "Round 0."), await api.project("In the second tab", "Round 0.")];
  const answers: Response[] = [];
  const keys = new Set<string>();
  context.on("response", (answer) => {
    if (new URL(answer.url()).pathname.startsWith("/api/")) answers.push(answer);
    if (answer.request().method() === "PATCH" && answer.ok()) keys.add(keyOf(answer.request()));
  });
  const renewals = () => answers.filter((a) => a.url().endsWith("/api/auth/refresh") && a.ok()).length;
  const tabs = [page, await context.newPage()] as const;
  for (const [n, tab] of tabs.entries()) await open(tab, `/projects/${drafts[n]?.id}`, "Edit your video");

  let round = 0;
  const write = async (tab: Page) => {
    const saved = tab.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok());
    await tab.getByRole("textbox", { name: "Text of scene 1" }).fill(`Round ${round}.`);
    await saved;
  };
  const writeUntil = async (done: () => boolean) => {
    while (!done()) {
      round++;
      await Promise.all(tabs.map(write));
    }
  };

  const start = renewals();
  await writeUntil(() => renewals() - start >= EACH_SIDE);
  expect(keys.size, "keys that signed before the rotation").toBe(1);
  const before = renewals();
  let rotated = false;
  const rotation = rotateSigning(page.request).finally(() => (rotated = true));
  await writeUntil(() => rotated);
  await rotation;
  const after = renewals();
  expect(after - before, "refreshes during the rotation").toBeGreaterThanOrEqual(EACH_SIDE);
  await writeUntil(() => keys.size === 2 && renewals() - after >= EACH_SIDE && renewals() - start >= REFRESHES);

  for (const tab of tabs) {
    await tab.reload();
    await expect(tab.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue(`Round ${round}.`);
  }
  expect(refusedForGood(answers)).toEqual([]);
  const ended = answers.filter((a) => a.status() === 401).length;
  console.log(`${renewals() - start} refreshes (${after - before} during the rotation), ${round} rounds of two tabs, ${ended} tokens that ended on their way`);
});
