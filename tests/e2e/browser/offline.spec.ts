import { expect, open, test } from "./test.ts";
import { inspect, looks } from "./inspect.ts";

const lost = /net::ERR_(INTERNET_DISCONNECTED|FAILED)/;

test.beforeEach(({ watch }) => watch.allow(lost, /\/api\//, "the test cuts the connection"));

test("what is written offline is kept, and sent when one is online again", async ({ page, context, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("On a train", "Before the tunnel.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  await expect(page.getByText("All changes saved")).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByRole("status").filter({ hasText: "You are offline. Your changes stay on this device." })).toBeVisible();
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill("Written in the tunnel.");
  await expect(page.getByText("Saved on this device; will be sent when you are online")).toBeVisible();
  await inspect(page, "editor-offline", [looks[0]!, looks[3]!]);
  await page.getByRole("button", { name: "Make video" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "not saved yet" })).toBeVisible();
  expect((await api.read(project.id)).scenes[0]?.text).toBe("Before the tunnel.");
  await context.setOffline(false);
  await expect(page.getByText("All changes saved")).toBeVisible();
  expect((await api.read(project.id)).scenes[0]?.text).toBe("Written in the tunnel.");
  await expect(page.getByText("You are offline.")).toHaveCount(0);
});

test("a tab that is closed offline loses nothing", async ({ page, context, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Closed", "Before.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  await context.setOffline(true);
  await page.getByRole("textbox", { name: "Title" }).fill("Closed offline");
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill("Not sent, but not lost.");
  await expect(page.getByText("Saved on this device; will be sent when you are online")).toBeVisible();
  await page.close();
  await context.setOffline(false);
  const later = await context.newPage();
  await open(later, `/projects/${project.id}`, "Edit your video");
  await expect(later.getByRole("textbox", { name: "Title" })).toHaveValue("Closed offline");
  await expect(later.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue("Not sent, but not lost.");
  await expect(later.getByText("All changes saved")).toBeVisible();
  expect(await api.read(project.id)).toMatchObject({ title: "Closed offline", scenes: [{ text: "Not sent, but not lost." }] });
});

test("a reload while the service is away keeps the text", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Away", "Before.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  await page.route(`**/api/v1/projects/${project.id}`, (route) => (route.request().method() === "PATCH" ? route.abort() : route.continue()));
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill("Written while it was away.");
  await expect(page.getByText("Saved on this device; will be sent when you are online")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue("Written while it was away.");
  await page.unroute(`**/api/v1/projects/${project.id}`);
  await expect(page.getByText("All changes saved")).toBeVisible();
  expect((await api.read(project.id)).scenes[0]?.text).toBe("Written while it was away.");
});

test("text typed in the last instant before leaving is kept", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("In a hurry", "Before.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill("The last word.");
  await page.reload(); // before the pause after which it is sent
  await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue("The last word.");
  await expect(page.getByText("All changes saved")).toBeVisible();
  expect((await api.read(project.id)).scenes[0]?.text).toBe("The last word.");
});

test("what comes back after a reload can be written on", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Written on", "Before.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  await page.route(`**/api/v1/projects/${project.id}`, (route) => (route.request().method() === "PATCH" ? route.abort() : route.continue()));
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill("Kept over the reload.");
  await expect(page.getByText("Saved on this device; will be sent when you are online")).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "Add a scene" }).click();
  await page.getByRole("textbox", { name: "Text of scene 2" }).fill("Added after it.");
  await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue("Kept over the reload.");
  await page.unroute(`**/api/v1/projects/${project.id}`);
  await expect(page.getByText("All changes saved")).toBeVisible({ timeout: 15_000 });
  expect((await api.read(project.id)).scenes.map((s) => s.text)).toEqual(["Kept over the reload.", "Added after it."]);
});

test("leaving the editor and coming back is no conflict with oneself", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("There and back", "Before.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  await page.route(`**/api/v1/projects/${project.id}`, (route) => (route.request().method() === "PATCH" ? route.abort() : route.continue()));
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill("Written first.");
  await expect(page.getByText("Saved on this device; will be sent when you are online")).toBeVisible();
  await page.getByRole("link", { name: "Billing" }).click();
  await page.goBack();
  await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue("Written first.");
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill("Written after coming back.");
  await page.unroute(`**/api/v1/projects/${project.id}`);
  await expect(page.getByText("All changes saved")).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect((await api.read(project.id)).scenes[0]?.text).toBe("Written after coming back.");
});

test("the text of a project that was deleted elsewhere becomes a new draft", async ({ page, signIn, watch }) => {
  watch.allowAnswer(404, /\/api\/v1\/projects\//, "the project is gone");
  const { api } = await signIn(page);
  const project = await api.project("Lost and found", "Before.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  await api.call("DELETE", `/api/v1/projects/${project.id}`);
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill("Written too late.");
  await expect(page.getByText("Saved on this device; the project was deleted elsewhere")).toBeVisible();
  await page.reload();
  await expect(page.getByText("What you wrote last, “Lost and found”, is still on this device.")).toBeVisible();
  await inspect(page, "editor-deleted-elsewhere", [looks[0]!, looks[3]!]);
  await page.getByRole("button", { name: "Make a new draft of it" }).click();
  await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue("Written too late.");
  await page.goto(`/projects/${project.id}`);
  await expect(page.getByText("There is no such project.")).toBeVisible();
  await expect(page.getByText("What you wrote last")).toHaveCount(0);
});

test("a session that cannot be asked about says so, and tries again", async ({ page, context, signIn, watch }) => {
  watch.allowAnswer(503, /\/api\/auth\/refresh$/, "the test takes the service away");
  await signIn(page);
  await context.route("**/api/auth/refresh", (route) => route.fulfill({ status: 503, body: "" }));
  await page.goto("/billing");
  await expect(page.getByRole("alert")).toBeVisible();
  await inspect(page, "service-not-reached", [looks[0]!, looks[3]!]);
  await context.unroute("**/api/auth/refresh");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Billing" })).toBeVisible();
});
