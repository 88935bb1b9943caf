import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { invoke, keepTokenAfter, mails } from "./api.ts";
import { sha256, unzip } from "./archive.ts";
import { inspect, looks } from "./inspect.ts";
import { expect, heading, open, signInByHand, test } from "./test.ts";

const some = [looks[0]!, looks[3]!];
const root = join(process.cwd(), "..", "..", "..");
const deeds = (page: Page) => page.getByRole("list", { name: "Activity" }).getByRole("listitem");

test("the data is exported, downloaded, and held to its manifest", async ({ page, signIn }) => {
  const { email, api } = await signIn(page);
  const project = await api.project("Ruth & Naomi: “gleaning”", "Where you go, I will go.");
  await open(page, "/account/data", "Account");
  await expect(page.getByText("No export was made yet.")).toBeVisible();
  const before = (await mails(page.request, email)).length;
  await page.getByRole("button", { name: "Export everything" }).click();
  const row = page.getByRole("list", { name: "Exports" }).getByRole("listitem");
  await expect(row).toHaveCount(1);
  const button = row.getByRole("button", { name: /^Download/ });
  await expect(button).toBeVisible({ timeout: 60_000 });
  await expect(row.getByRole("progressbar")).toHaveCount(0);
  await expect(row).toContainText(/expires in [67] days/);
  await inspect(page, "privacy-export-ready", some);

  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  const file = test.info().outputPath("export.zip");
  await download.saveAs(file);
  const files = unzip(readFileSync(file));
  const manifest = files.get("manifest.json") as Buffer;
  expect(sha256(manifest), "the checksum that the page shows").toBe(await row.getByLabel("SHA-256 of its manifest.json").inputValue());
  const listed = (JSON.parse(manifest.toString()) as { files: { path: string; sha256: string; size: number }[] }).files;
  expect([...files.keys()].sort()).toEqual([...listed.map(({ path }) => path), "manifest.json"].sort());
  for (const { path, sha256: sum, size } of listed) {
    expect({ path, sum: sha256(files.get(path) as Buffer), size: files.get(path)?.length }).toEqual({ path, sum, size });
  }
  const data = listed.filter(({ path }) => path.startsWith("data/")).map(({ path }) => files.get(path)?.toString());
  expect(data.join("\n")).toContain(project.id);
  expect(data.join("\n")).toContain(email);
  expect(files.get("index.html")?.toString()).toContain("Ruth &amp; Naomi: “gleaning”");
  // Our own verifier, as people have it.
  execFileSync("go", ["run", "./infra/local/exportverify", file], { cwd: root, stdio: "pipe" });

  await expect.poll(async () => (await mails(page.request, email)).length, { message: "a mail when it is ready" }).toBe(before + 1);
  await page.getByRole("link", { name: "Activity" }).click();
  await expect(deeds(page).filter({ hasText: "You asked for an export of all data." })).toHaveCount(1);
  await expect(deeds(page).filter({ hasText: "An export of all data was made." })).toHaveCount(1);
});

test("an account is to be deleted, kept twice, and deleted: with a certificate, and nothing left", async ({ page, signIn, another, watch }) => {
  test.setTimeout(240_000);
  watch.allowAnswer(401, /\/api\//, "the account is gone, and with it the link that kept it");
  const { email, api } = await signIn(page);
  await api.project("Not for ever", "Grass withers.");
  await open(page, "/account/data", "Account");
  const zone = page.getByRole("region", { name: "Delete this account" });
  const banner = page.getByRole("region", { name: "Deletion of the account" });
  const remove = async () => {
    await zone.getByRole("button", { name: "Delete this account" }).click();
    await page.getByRole("textbox", { name: /^To confirm/ }).fill(email);
    await page.getByRole("button", { name: "Delete account" }).click();
    await expect(banner).toBeVisible();
    return zone.getByLabel("Link of your receipt").inputValue();
  };

  // One changes one's mind on the page, and with the mail.
  await remove();
  await banner.getByRole("button", { name: "Keep the account" }).click();
  await expect(page.getByText("The account stays, with everything in it. Nothing was erased.")).toBeVisible();
  const before = (await mails(page.request, email)).length;
  await remove();
  const elsewhere = await (await another()).newPage();
  const token = await keepTokenAfter(page.request, email, before);
  await elsewhere.goto(`/account/keep#token=${token}`);
  await elsewhere.getByRole("button", { name: "Keep the account" }).click();
  await expect(elsewhere.getByText("The account stays,")).toBeVisible();
  await page.reload();
  await expect(zone.getByRole("button", { name: "Delete this account" })).toBeVisible();
  await expect(banner).toHaveCount(0);
  await page.getByRole("link", { name: "Activity" }).click();
  await expect(deeds(page).filter({ hasText: "You asked to have the account erased." })).toHaveCount(2);
  await expect(deeds(page).filter({ hasText: "You kept the account" })).toHaveCount(1);
  await expect(deeds(page).filter({ hasText: "Somebody kept the account with the link that was mailed" })).toHaveCount(1);

  await page.getByRole("link", { name: "Your data" }).click();
  const receipt = await remove();
  const how = async () => {
    // The rule that begins it comes every few minutes; it is not waited for.
    await invoke(page.request, "work-sweep", {});
    const answer = await page.request.get(receipt, { headers: { Accept: "application/json" } });
    return (await answer.json()) as { status: string; certificate: { leftovers: number; kept: object[]; erased: object[] } | null };
  };
  await expect.poll(async () => (await how()).status, { message: "the receipt", timeout: 150_000, intervals: [2_000] }).toBe("erased");
  const { certificate } = await how();
  expect(certificate?.leftovers).toBe(0);
  expect(certificate?.kept.length).toBeGreaterThan(0);
  expect(JSON.stringify(certificate)).not.toContain(email);

  // Whoever still has the page open is signed out, and told.
  await page.getByRole("link", { name: "My videos" }).click();
  await expect(heading(page, "Sign in to DevotionalAI")).toBeVisible();
  await expect(page.getByText("The account that was open here was to be erased on")).toBeVisible();
  await inspect(page, "privacy-account-gone", some);
  await page.getByRole("link", { name: "See the receipt" }).click();
  await expect(page).toHaveURL(receipt);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await inspect(page, "privacy-receipt", some);
  await elsewhere.goto("/login");
  await elsewhere.goto(`/account/keep#token=${token}`);
  await elsewhere.getByRole("button", { name: "Keep the account" }).click();
  await expect(elsewhere.getByRole("alert")).toContainText("This link no longer works.");

  // The same address begins anew, with nothing.
  await signInByHand(elsewhere, email);
  await expect(elsewhere.getByText("Not for ever")).toHaveCount(0);
  await open(elsewhere, "/account/activity", "Account");
  await expect(deeds(elsewhere).filter({ hasText: "You made this account." })).toHaveCount(1);
  await expect(deeds(elsewhere).filter({ hasText: "erased" })).toHaveCount(0);
});
