import { rotateSigning } from "./api.ts";
import { expect, heading, open, test } from "./test.ts";

const REFRESHES = process.env["PROOFS"] === "full" ? 360 : 30;

test("two tabs, many refreshes and a rotation of the signing secret: nobody is signed out", async ({ page, context, signIn }) => {
  test.setTimeout(60_000 + REFRESHES * 5_000);
  await signIn(page);
  await context.clock.install();
  const second = await context.newPage();
  await open(page, "/", "Create a video");
  await open(second, "/", "Create a video");
  const refused: string[] = [];
  let renewals = 0;
  context.on("response", (answer) => {
    if (answer.url().endsWith("/api/auth/refresh") && answer.status() === 200) renewals++;
    if (answer.status() === 401) refused.push(answer.url());
  });
  const signingKey = async () => {
    const token = JSON.parse(atob((lastToken.split(" ")[1] ?? "").split(".")[0] ?? "")) as { kid: string };
    return token.kid;
  };
  let lastToken = "";
  context.on("request", (r) => {
    if (r.url().includes("/api/usage")) lastToken = r.headers()["authorization"] ?? "";
  });
  const visit = async (link: string, title: string) => {
    for (const tab of [page, second]) {
      await tab.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link, exact: true }).click();
    }
    for (const tab of [page, second]) await expect(heading(tab, title)).toBeVisible();
  };
  await visit("Usage", "Usage");
  const before = await signingKey();
  const start = renewals;
  for (let n = 0; renewals - start < REFRESHES; n++) {
    expect(n, "each turn of the clock brings a refresh").toBeLessThan(2 * REFRESHES);
    await context.clock.fastForward("11:00"); // the token of both tabs ends
    await visit(n % 2 === 0 ? "Billing" : "Usage", n % 2 === 0 ? "Billing" : "Usage");
    await expect.poll(() => renewals - start, { message: "refreshes" }).toBeGreaterThan(n);
    if (n === Math.floor(REFRESHES / 2)) await rotateSigning(page.request);
  }
  expect(await signingKey(), "the key that signs").not.toBe(before);
  expect(refused).toEqual([]);
  await page.reload();
  await expect(heading(page, (await second.getByRole("heading", { level: 1 }).innerText()))).toBeVisible();
});
