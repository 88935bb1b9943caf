import { expect, heading, open, scenesOf, test } from "./test.ts";
import { inspect, looks } from "./inspect.ts";

test("scenes are added, split, moved, deleted and put back, and all of it is saved", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Scenes", "First sentence. Second sentence.", "The end.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const text = (n: number) => page.getByRole("textbox", { name: `Text of scene ${n}` });
  const scenes = scenesOf(page);
  const texts = async () => (await api.read(project.id)).scenes.map((s) => s.text);
  const saved = () => expect(page.getByText("All changes saved")).toBeVisible();

  await text(1).evaluate((t: HTMLTextAreaElement) => {
    t.focus();
    t.setSelectionRange(15, 15);
  });
  await page.getByRole("button", { name: "Split scene 1" }).click();
  await expect(scenes).toHaveCount(3);
  await expect(text(1)).toHaveValue("First sentence.");
  await expect(text(2)).toHaveValue("Second sentence.");
  await page.getByRole("button", { name: "Move scene 3 up" }).click();
  await expect(text(2)).toHaveValue("The end.");
  await page.getByRole("button", { name: "Move scene 1 down" }).click();
  await expect(text(1)).toHaveValue("The end.");
  await page.getByRole("button", { name: "Add a scene" }).click();
  await text(4).fill("Added.");
  await saved();
  await expect.poll(texts).toEqual(["The end.", "First sentence.", "Second sentence.", "Added."]);
  await page.getByRole("button", { name: "Delete scene 1" }).click();
  await saved();
  await expect.poll(texts).toEqual(["First sentence.", "Second sentence.", "Added."]);
  await page.getByRole("button", { name: "Undo" }).click();
  await saved();
  await expect.poll(texts).toEqual(["The end.", "First sentence.", "Second sentence.", "Added."]);
  await page.reload();
  await expect(scenes).toHaveCount(4);
  await expect(text(4)).toHaveValue("Added.");
});

test("voice, format, resolution and captions are chosen and kept", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Choices", "Some text.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const voices = page.getByRole("group", { name: "Voice" }).getByRole("radio");
  await voices.last().check();
  await page.getByRole("group", { name: "Format" }).getByRole("radio", { name: /^Tall 9:16/ }).check();
  await page.getByRole("group", { name: "Resolution" }).getByRole("radio", { name: /^1080p/ }).check();
  await page.getByRole("checkbox", { name: "Captions" }).uncheck();
  await expect(page.getByText("All changes saved")).toBeVisible();
  await expect.poll(() => api.read(project.id)).toMatchObject({ aspect: "9:16", resolution: "1080p", captions: false });
  await page.reload();
  await expect(page.getByRole("radio", { name: /^Tall 9:16/ })).toBeChecked();
  await expect(page.getByRole("group", { name: "Voice" }).getByRole("radio").last()).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Captions" })).not.toBeChecked();
});

test("a voice can be heard", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Voices", "Some text.");
  await page.addInitScript(() => {
    // Elements that are not in the document can be found by no locator.
    const heard: HTMLMediaElement[] = [];
    Object.assign(window, { heard });
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      heard.push(this);
      return play.call(this);
    };
  });
  await open(page, `/projects/${project.id}`, "Edit your video");
  await page.getByRole("button", { name: /^Hear / }).first().click();
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { heard: HTMLMediaElement[] }).heard.map((h) => h.currentTime > 0.1)))
    .toEqual([true]);
  await page.getByRole("button", { name: /^(Stop|Hear) / }).first().click();
});

test("what the plan does not include is said before and after pressing", async ({ page, signIn, watch }) => {
  watch.allowAnswer(403, /\/(render|quote)$/, "4K is not part of the free plan");
  const { api } = await signIn(page);
  const project = await api.project("Large", "Some text.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const resolution = page.getByRole("group", { name: "Resolution" });
  await expect(resolution.getByRole("link", { name: "See the Pro plan" }), "before it is chosen").toHaveAttribute("href", "/billing?plan=pro&for=render_4k");
  await resolution.getByRole("radio", { name: "4K needs the Pro plan" }).check();
  await expect(page.getByText("All changes saved")).toBeVisible();
  await page.getByRole("button", { name: "Make video" }).click();
  const alert = page.getByRole("alert").filter({ hasText: "4K" });
  await expect(alert).toBeVisible();
  await inspect(page, "editor-4k", [looks[0]!, looks[3]!]);
  await alert.getByRole("link", { name: "See the Pro plan" }).click();
  await expect(heading(page, "Billing")).toBeVisible();
});

test("a text that is too long is counted, kept, and taken once it is shorter", async ({ page, signIn, watch }) => {
  watch.allowAnswer(400, /\/api\/v1\/projects\//, "the text is too long");
  const { api } = await signIn(page);
  const project = await api.project("Long", "Short.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const text = page.getByRole("textbox", { name: "Text of scene 1" });
  await text.fill("Amen. ".repeat(200).trim());
  await expect(text).toHaveAccessibleDescription(/characters too many/);
  await expect(text).toHaveValue("Amen. ".repeat(200).trim());
  await text.fill("Amen.");
  await expect(page.getByText("All changes saved")).toBeVisible();
  expect((await api.read(project.id)).scenes[0]?.text).toBe("Amen.");
});

test("a draft is deleted after one has been asked", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Not this one", "Some text.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  await page.getByRole("button", { name: "Delete draft" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Keep" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.getByRole("button", { name: "Delete draft" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(heading(page, "Create a video")).toBeVisible();
  await expect(page.getByRole("link", { name: "Not this one" })).toHaveCount(0);
  await api.call("GET", `/api/v1/projects/${project.id}`, undefined, [404]);
});

test("a picture that was made for a draft is listed there, shown by another scene, and deleted with its room given back", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Pictures", "First scene.", "Second scene.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const pictures = page.getByRole("list", { name: "Pictures made for this draft" }).getByRole("listitem");
  const stored = async () => {
    const usage = await api.call<{ metrics: { metric: string; used: number }[] }>("GET", "/api/usage");
    return usage.metrics.find((m) => m.metric === "storage_mb")?.used;
  };
  const ofScenes = async () => (await api.read(project.id)).scenes.map((s) => s.image_id);
  await expect(pictures).toHaveCount(0);
  await page.getByRole("button", { name: "Preview picture" }).first().click();
  await expect(pictures).toHaveCount(1);
  await expect(pictures).toContainText("Scene 1");
  expect(await stored()).toBeGreaterThan(0);

  await page.getByRole("button", { name: "Use picture 1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Scene 2/ }).click();
  await expect(pictures).toContainText("Scenes 1 and 2");
  await expect(page.getByRole("img", { name: "Preview of scene 2" })).toBeVisible();
  await expect(page.getByText("All changes saved")).toBeVisible();
  await expect.poll(ofScenes).toEqual([expect.any(String), expect.any(String)]);
  await inspect(page, "editor-pictures");

  await page.getByRole("button", { name: "Delete picture 1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText(/^The picture was deleted\. .* are free again\.$/)).toBeVisible();
  await expect(pictures).toHaveCount(0);
  await expect.poll(ofScenes).toEqual(["", ""]);
  expect(await stored()).toBe(0);
  await expect(page.getByText("All changes saved")).toBeVisible();
});
