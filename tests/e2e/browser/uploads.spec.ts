import type { Page } from "@playwright/test";
import type { Api } from "./api.ts";
import { inspect, looks } from "./inspect.ts";
import { liar, png, wav, type GivenFile } from "./media.ts";
import { expect, heading, loaded, open, test } from "./test.ts";

const some = [looks[0]!, looks[3]!];

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const picture = (page: Page, scene: number) => page.getByRole("img", { name: `Your picture of scene ${scene}` });
const saved = (page: Page) => expect(page.getByText("All changes saved")).toBeVisible();

/** Chooses a file in the dialog that a button opens. */
async function choose(page: Page, name: string, file: GivenFile) {
  await button(page, name).click();
  await page.getByRole("dialog").locator("input[type=file]").setInputFiles(file);
}

interface Uploads {
  items: { id: string; status: string; filename: string; size: number }[];
}

const uploadsOf = async (api: Api) => (await api.call<Uploads>("GET", "/api/v1/uploads")).items;

/** Uploads a file as a program does. */
async function upload(page: Page, api: Api, file: GivenFile): Promise<string> {
  const announced = await api.call<{ id: string; upload: { url: string; fields: Record<string, string> } }>("POST", "/api/v1/uploads", {
    filename: file.name,
    content_type: file.mimeType,
    size: file.buffer.length,
  });
  const { url, fields } = announced.upload;
  const sent = await page.request.post(url, { multipart: { ...fields, "Content-Type": file.mimeType, file } });
  expect(sent.ok(), await sent.text()).toBe(true);
  await api.call("POST", `/api/v1/uploads/${announced.id}/complete`);
  return announced.id;
}

test("a picture of one's own is sent, shown, used again and taken back", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Own pictures", "First scene.", "Second scene.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  await choose(page, "Use your own picture for scene 1", png());
  await expect(picture(page, 1)).toBeVisible();
  await expect.poll(() => picture(page, 1).evaluate((i: HTMLImageElement) => i.naturalWidth)).toBe(640);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await saved(page);
  const id = (await api.read(project.id)).scenes[0]?.upload_id;
  expect(id).toBeTruthy();
  await expect(page.getByRole("meter", { name: "Uploads" })).toHaveAttribute("aria-valuetext", /^1 of 3 uploads/);
  await expect(page.getByRole("meter", { name: "Storage" })).not.toHaveAttribute("aria-valuenow", "0");
  // Nothing is painted for that scene any more.
  await expect(page.getByRole("region", { name: "Price" }).getByText("1 picture · 20 left")).toBeVisible();
  await page.reload();
  await expect(picture(page, 1)).toBeVisible();
  await inspect(page, "editor-own-picture");

  await button(page, "Use your own picture for scene 2").click();
  const earlier = page.getByRole("dialog").getByRole("button", { name: "hills.png" });
  await expect(earlier).toBeVisible();
  await inspect(page, "editor-choose-picture");
  await earlier.click();
  await expect(picture(page, 2)).toBeVisible();
  await saved(page);
  expect((await api.read(project.id)).scenes.map((s) => s.upload_id)).toEqual([id, id]);

  await button(page, "Remove picture").first().click();
  await expect(picture(page, 1)).toHaveCount(0);
  await saved(page);
  expect((await api.read(project.id)).scenes.map((s) => s.upload_id)).toEqual(["", id]);
});

test("a picture is dropped or pasted where it belongs", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Dropped", "First scene.", "Second scene.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const bring = (event: "drop" | "paste", scene: number) =>
    page
      .locator(".scene__picture")
      .nth(scene - 1)
      .evaluate(
        (place, { event, data }) => {
          const carried = new DataTransfer();
          carried.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], `${event}.png`, { type: "image/png" }));
          const how = { bubbles: true, cancelable: true };
          place.dispatchEvent(event === "drop" ? new DragEvent("drop", { ...how, dataTransfer: carried }) : new ClipboardEvent("paste", { ...how, clipboardData: carried }));
        },
        { event, data: png().buffer.toString("base64") },
      );
  await bring("drop", 1);
  await expect(picture(page, 1)).toBeVisible();
  await bring("paste", 2);
  await expect(picture(page, 2)).toBeVisible();
  await saved(page);
  expect((await uploadsOf(api)).map((u) => u.filename).sort()).toEqual(["drop.png", "paste.png"]);
});

test("background music is sent, heard and removed", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("With music", "Some text.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  await choose(page, "Add background music for this video", wav());
  const player = page.getByLabel("Background music: evening.wav");
  await expect(player).toBeVisible();
  await saved(page);
  expect((await api.read(project.id)).music_upload_id).toBeTruthy();
  await page.reload();
  await expect(player).toBeVisible();
  await player.evaluate((a: HTMLAudioElement) => {
    a.muted = true;
    return a.play();
  });
  await expect.poll(() => player.evaluate((a: HTMLAudioElement) => a.currentTime)).toBeGreaterThan(0.2);
  await inspect(page, "editor-music", some);
  await button(page, "Remove music").click();
  await expect(player).toHaveCount(0);
  await saved(page);
  expect((await api.read(project.id)).music_upload_id).toBeNull();
  await button(page, "Add background music for this video").click();
  await expect(page.getByRole("dialog").getByRole("button", { name: "Use evening.wav" })).toBeVisible();
  await inspect(page, "editor-choose-music", some);
  await page.getByRole("dialog").getByRole("button", { name: "Use evening.wav" }).click();
  await expect(player).toBeVisible();
});

test("what cannot be used is refused in words, and costs nothing", async ({ page, signIn, watch }) => {
  watch.allowAnswer(422, /\/complete$/, "the file is no picture");
  const { api } = await signIn(page);
  const project = await api.project("Refused", "Some text.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const alert = page.getByRole("alert");
  await choose(page, "Use your own picture for scene 1", { name: "notes.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF") });
  await expect(alert).toContainText("“notes.pdf” is not a picture that can be used. Choose a JPEG, PNG, WebP, GIF, AVIF or HEIC file.");
  await page.getByRole("dialog").locator("input[type=file]").setInputFiles({ name: "huge.png", mimeType: "image/png", buffer: Buffer.alloc(20_100_000) });
  await expect(alert).toContainText("“huge.png” has 20.1 MB. A picture can have 20 MB at most.");
  await inspect(page, "editor-file-too-large", some);
  expect(await uploadsOf(api)).toEqual([]);
  await page.getByRole("dialog").locator("input[type=file]").setInputFiles(liar);
  await expect(alert).toContainText("“holiday.png” cannot be used.");
  await inspect(page, "editor-file-rejected", some);
  await expect(page.getByRole("meter", { name: "Uploads" })).toHaveAttribute("aria-valuetext", /^0 of 3 uploads/);
  await button(page, "Choose another file").click();
  await page.getByRole("dialog").locator("input[type=file]").setInputFiles(png());
  await expect(picture(page, 1)).toBeVisible();
  await expect(alert).toHaveCount(0);
});

test("a lost connection is said, and the file goes on once", async ({ page, signIn, watch }) => {
  watch.allow(/net::ERR_/, /./, "the test takes the store away");
  const { api } = await signIn(page);
  const project = await api.project("Lost and found", "Some text.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const store = (url: URL) => url.origin !== new URL(page.url()).origin && url.pathname.split("/").length <= 3;
  let lost = 0;
  await page.route(store, (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost++;
    return route.abort("connectionreset");
  });
  await choose(page, "Use your own picture for scene 1", png());
  await expect(page.getByRole("alert")).toContainText("The connection broke off while “hills.png” was sent.");
  await button(page, "Try again").click();
  await expect(picture(page, 1)).toBeVisible();
  expect(lost).toBe(1);
  expect(await uploadsOf(api)).toHaveLength(1);
});

test("a file on its way can be canceled, and the page asks before it is closed", async ({ page, signIn, watch }) => {
  watch.allow(/net::ERR_/, /./, "the test takes the store away");
  const { api } = await signIn(page);
  const project = await api.project("Second thoughts", "Some text.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const store = (url: URL) => url.origin !== new URL(page.url()).origin;
  await page.route(store, (route) => (route.request().method() === "POST" ? undefined : route.continue())); // it never ends
  await choose(page, "Use your own picture for scene 1", png());
  const bar = page.getByRole("progressbar", { name: "Sending “hills.png”" });
  await expect(bar).toBeVisible();
  // A video of the draft as it is would lack the picture.
  await expect(button(page, "Make video")).toBeDisabled();
  await expect(page.getByText("“hills.png” is still on its way. Wait for it, or cancel it.")).toBeVisible();
  await inspect(page, "editor-sending", some);
  const asked = page.waitForEvent("dialog");
  const reload = page.reload({ timeout: 5_000 }).catch(() => undefined);
  await (await asked).dismiss();
  await reload;
  // Who leaves within the app finds it going on.
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Billing" }).click();
  await loaded(page, "Billing");
  await page.goBack();
  await expect(bar).toBeVisible();
  await button(page, "Cancel").click();
  await expect(bar).toHaveCount(0);
  await expect(button(page, "Make video")).toBeEnabled();
  await expect.poll(() => uploadsOf(api)).toEqual([]);
  await expect(page.getByRole("meter", { name: "Uploads" })).toHaveAttribute("aria-valuetext", /^0 of 3 uploads/);
});

test("what is sent to a scene or a draft goes with it, and holds nothing of the quota", async ({ page, signIn, watch }) => {
  watch.allow(/net::ERR_/, /./, "the test takes the store away");
  const { api } = await signIn(page);
  const project = await api.project("Gone", "First scene.", "Second scene.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const store = (url: URL) => url.origin !== new URL(page.url()).origin;
  await page.route(store, (route) => (route.request().method() === "POST" ? undefined : route.continue())); // it never ends
  const bar = page.getByRole("progressbar", { name: "Sending “hills.png”" });
  await choose(page, "Use your own picture for scene 2", png());
  await expect(bar).toBeVisible();
  await expect.poll(() => uploadsOf(api)).toHaveLength(1);
  await button(page, "Delete scene 2").click();
  await expect.poll(() => uploadsOf(api)).toEqual([]);
  await button(page, "Undo").click();
  await expect(button(page, "Use your own picture for scene 2")).toBeVisible();
  await expect(bar).toHaveCount(0);

  await choose(page, "Use your own picture for scene 1", png());
  await expect.poll(() => uploadsOf(api)).toHaveLength(1);
  await button(page, "Delete draft").click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(heading(page, "Create a video")).toBeVisible();
  await expect.poll(() => uploadsOf(api)).toEqual([]);
});

test("a used-up quota of uploads is said with what one can do", async ({ page, signIn, watch }) => {
  watch.allowAnswer(402, /\/api\/v1\/uploads$/, "three are all there are");
  const { api } = await signIn(page);
  const project = await api.project("One too many", "Some text.");
  for (const n of [1, 2, 3]) await upload(page, api, png(`hill-${n}.png`, 64, 64));
  await open(page, `/projects/${project.id}`, "Edit your video");
  await expect(page.getByRole("meter", { name: "Uploads" })).toHaveAttribute("aria-valuetext", "3 of 3 uploads, used up");
  await choose(page, "Use your own picture for scene 1", png());
  const alert = page.getByRole("alert").filter({ hasText: "Uploads: “hills.png” needs 1 upload" });
  await expect(alert).toContainText(/Wait until \w+ 1, when the month begins anew/);
  await expect(alert.getByRole("link", { name: "See the Pro plan" })).toBeVisible();
  await inspect(page, "editor-uploads-used-up");
});

test("deleting an upload frees its storage, and says what will miss it", async ({ page, signIn, watch }) => {
  watch.allowAnswer(404, /\/api\/v1\/uploads\//, "the test deletes it");
  watch.allowAnswer(409, /\/render$/, "the picture is gone");
  const { api } = await signIn(page);
  await open(page, "/uploads", "Your uploads");
  await expect(page.getByRole("heading", { name: "No uploads yet" })).toBeVisible();
  await inspect(page, "uploads-none-yet", some);
  const used = await upload(page, api, png());
  await upload(page, api, wav());
  const project = await api.project("Hills", "First scene.", "Second scene.");
  const scenes = project.scenes.map((s, i) => ({ ...s, upload_id: i === 1 ? used : "" }));
  await api.change(project, { scenes });
  await open(page, "/uploads", "Your uploads");
  const rows = page.getByRole("list", { name: "Uploads" }).getByRole("listitem");
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: "hills.png" })).toContainText("640 × 360");
  await inspect(page, "uploads");
  const stored = async () => (await api.call<{ metrics: { metric: string; used: number }[] }>("GET", "/api/usage")).metrics.find((m) => m.metric === "storage_mb")?.used ?? 0;
  const before = await stored();

  await button(page, "Delete hills.png").click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(/frees [\d.]+ [kM]B/);
  await expect(dialog).toContainText("It is in use.");
  await expect(dialog.getByRole("listitem")).toHaveText("Hills: scene 2");
  await inspect(page, "uploads-delete", some);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(rows).toHaveCount(1);
  await expect(page.getByRole("status").filter({ hasText: "“hills.png” was deleted." })).toContainText("free again");
  await expect(heading(page, "Your uploads")).toBeFocused();
  expect(await stored()).toBeLessThan(before);

  await dialog.waitFor({ state: "detached" });
  await open(page, `/projects/${project.id}`, "Edit your video");
  await expect(page.getByRole("alert").filter({ hasText: "Your picture of this scene was deleted." })).toBeVisible();
  await inspect(page, "editor-picture-deleted", some);
  await button(page, "Make video").click();
  const refused = page.getByRole("alert").filter({ hasText: "The picture of scene 2 was deleted." });
  await expect(refused).toBeVisible();
  await expect(refused.getByRole("button")).toHaveCount(0); // trying again cannot help
});
