import { expect, heading, open, test } from "./test.ts";
import { inspect } from "./inspect.ts";

const texts = [
  "The Lord is my shepherd; I shall not want.",
  "He makes me lie down in green pastures.",
  "He leads me beside still waters. He restores my soul.",
];

test("a reload in the middle of a render keeps its progress", async ({ page, context, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Psalm 23", ...texts);
  await open(page, `/projects/${project.id}`, "Edit your video");
  await page.getByRole("button", { name: "Make video" }).click();
  const bar = page.getByRole("progressbar", { name: "Rendering" });
  await expect.poll(async () => Number(await bar.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
  const before = Number(await bar.getAttribute("aria-valuenow"));
  await page.reload();
  await expect(heading(page, "Psalm 23")).toBeVisible();
  await expect(bar).toBeVisible();
  expect(Number(await bar.getAttribute("aria-valuenow"))).toBeGreaterThanOrEqual(before);
  await inspect(page, "video-in-the-making");

  // Another tab shows it too, in the list as well.
  const second = await context.newPage();
  await open(second, "/videos", "My videos");
  await expect(second.getByRole("listitem").filter({ hasText: "Psalm 23" })).toContainText(/Queued|Making|Ready/);
  await second.close();

  await expect(page.getByLabel("Video: Psalm 23")).toBeVisible({ timeout: 90_000 });
  await expect(page).toHaveTitle("Psalm 23 – DevotionalAI");
});

test("a render can be canceled and continued", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Second thoughts", ...texts);
  const job = await api.render(project.id);
  await open(page, `/videos/${job.id}`, "Second thoughts");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("This video was canceled.")).toBeVisible();
  await api.ended(job.id, "canceled");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("progressbar", { name: "Rendering" })).toBeVisible();
  await expect(page.getByLabel("Video: Second thoughts")).toBeVisible({ timeout: 90_000 });
});

test("back and forward go through what one did", async ({ page, signIn, watch }) => {
  watch.allowAnswer(409, /\/quote$/, "a blank page has no price yet");
  await signIn(page);
  await open(page, "/", "Create a video");
  await page.getByRole("button", { name: "Start from a blank page" }).click();
  await expect(heading(page, "Edit your video")).toBeVisible();
  await page.getByRole("textbox", { name: "Title" }).fill("There and back");
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill("Peace be with you.");
  await page.getByRole("button", { name: "Make video" }).click();
  await expect(heading(page, "There and back")).toBeVisible();
  const video = page.url();

  await page.goBack();
  await expect(heading(page, "Edit your video")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue("Peace be with you.");
  await page.goBack();
  await expect(heading(page, "Create a video")).toBeVisible();
  await expect(page.getByRole("list", { name: "Drafts" }).getByRole("link", { name: "There and back" })).toBeVisible();
  await page.goForward();
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("There and back");
  await page.goForward();
  await expect(heading(page, "There and back")).toBeVisible();
  expect(page.url()).toBe(video);
});
