import { expect, heading, open, test } from "./test.ts";

test("videos are found by their title", async ({ page, signIn, studio }) => {
  await signIn(page, studio.email);
  await open(page, "/videos", "My videos");
  const list = page.getByRole("list", { name: "Videos" });
  const search = page.getByRole("searchbox", { name: "Search videos" });
  await expect(list.getByRole("listitem").filter({ hasText: studio.title })).toContainText("Ready");
  await expect(list.getByRole("listitem").filter({ hasText: "A Quiet Evening" })).toContainText("Canceled");
  const thumbnail = list.getByRole("listitem").filter({ hasText: studio.title }).locator("img");
  await expect.poll(() => thumbnail.evaluate((i: HTMLImageElement) => i.naturalWidth)).toBeGreaterThan(100);
  await search.fill("still WATER");
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await list.getByRole("link", { name: studio.title }).click();
  await expect(heading(page, studio.title)).toBeVisible();
  await page.goBack();
  await expect(search).toHaveValue("still WATER");
  await search.fill("something else");
  await expect(list).toHaveCount(0);
  await expect(page.getByRole("main")).toContainText("something else");
  await search.fill("");
  await expect(list.getByRole("listitem")).toHaveCount(2);
});

test("a video is downloaded, and deleted after one has been asked", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Soon gone", "Amen.");
  const job = await api.render(project.id);
  await api.ended(job.id, "succeeded");
  await open(page, `/videos/${job.id}`, "Soon gone");
  for (const [link, type] of [["Download video", "video/mp4"], ["Download captions", "text/vtt"]] as const) {
    const href = await page.getByRole("link", { name: link }).getAttribute("href");
    const answer = await page.request.get(href as string);
    expect(answer.status(), link).toBe(200);
    expect(answer.headers()["content-type"], link).toContain(type);
  }
  const downloads = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download video" }).click();
  expect((await downloads).suggestedFilename()).toMatch(/\.mp4$/);
  await expect(heading(page, "Soon gone"), "the page stays").toBeVisible();

  await open(page, "/videos", "My videos");
  await page.getByRole("button", { name: "Delete Soon gone" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this video?" });
  await dialog.getByRole("button", { name: "Keep" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Delete Soon gone" })).toBeFocused();
  await page.getByRole("button", { name: "Delete Soon gone" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "No videos yet" })).toBeVisible();
});

test("a canceled video goes from the list too", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Given up", "Amen.");
  const job = await api.render(project.id);
  await api.call("DELETE", `/api/v1/jobs/${job.id}`);
  await open(page, `/videos/${job.id}`, "Given up");
  await page.getByRole("button", { name: "Delete video" }).click();
  await page.getByRole("dialog", { name: "Delete this video?" }).getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "No videos yet" })).toBeVisible();
  await page.goto(`/videos/${job.id}`);
  await expect(page.getByText("This video was deleted.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
});
