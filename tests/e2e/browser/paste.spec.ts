import { expect, open, scenesOf, test, type Page } from "./test.ts";
import { inspect, looks } from "./inspect.ts";

const spanish = `# Un nuevo día

El Señor está cerca de todos los que le invocan.

Hoy respira despacio, y da gracias por el pan y por la luz de la mañana.`;

const korean = `아침의 빛

주님은 나의 피난처이시니 두려워하지 않겠습니다. 오늘도 조용히 그분을 기다립니다.`;

async function paste(page: Page, text: string) {
  await page.getByRole("button", { name: "Paste a devotional" }).click();
  const dialog = page.getByRole("dialog", { name: "Paste a devotional" });
  await dialog.getByRole("textbox", { name: /Text of your devotional/ }).fill(text);
  await dialog.getByRole("button", { name: "Propose scenes" }).click();
  return page.getByRole("dialog", { name: "What your text becomes" });
}

test("a Spanish devotional is pasted, priced, taken back, taken again and made", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Mine", "My own first scene.", "My own second scene.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const before = await api.read(project.id);
  const proposed = await paste(page, spanish);
  await expect(proposed).toContainText("Un nuevo día");
  await expect(proposed).toContainText(/Spanish/);
  await expect(proposed.getByRole("region", { name: "Price of these scenes" })).toContainText("Narration");
  await expect(scenesOf(page), "nothing is replaced before it is accepted").toHaveCount(2);
  await inspect(page, "paste-proposal", [looks[0]!, looks[3]!]);

  await proposed.getByRole("button", { name: "Replace my scenes" }).click();
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("Un nuevo día");
  await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue(/^El Señor está cerca/);
  await expect(page.getByText("All changes saved")).toBeVisible();
  expect(await api.read(project.id)).toMatchObject({ title: "Un nuevo día", voice: "default", language: "", language_found: "es" });

  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.getByText("All changes saved")).toBeVisible();
  await expect.poll(async () => (await api.read(project.id)).scenes, "undo after it was saved").toEqual(before.scenes);
  expect(await api.read(project.id)).toMatchObject({ title: "Mine", voice: "default" });

  await (await paste(page, spanish)).getByRole("button", { name: "Replace my scenes" }).click();
  await expect(page.getByRole("option", { name: "Spanish, found from the text" })).toBeAttached();
  const voices = page.getByRole("group", { name: "Voice" });
  await expect(voices.getByRole("radio", { name: /^Lucía/ })).toBeChecked();
  const hint = page.getByText(/^The text is in Spanish, and Grace reads/);
  await expect(hint).toHaveCount(0);
  await voices.getByRole("radio", { name: /^Grace/ }).check();
  await expect(hint, "at once").toBeVisible();
  const price = page.getByRole("region", { name: "Price", exact: true });
  await expect(price).toContainText("The text is in Spanish, and the voice Grace reads English.");
  await page.getByRole("button", { name: "Use Lucía" }).click();
  await expect(hint).toHaveCount(0);
  await expect(price).not.toContainText("reads English");

  await page.getByRole("group", { name: "Resolution" }).getByRole("radio", { name: /^720p/ }).check();
  await page.getByRole("button", { name: "Make video" }).click();
  await expect(page.getByLabel("Video: Un nuevo día")).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/reads English/)).toHaveCount(0);
});

test("a Korean devotional is told from its letters, and a voice of another language is warned of", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const project = await api.project("Mine", "My own scene.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  const { items } = await api.call<{ items: { name: string; language: string }[] }>("GET", "/api/v1/voices");
  const voice = items.find((v) => v.language.startsWith("ko"));
  const proposed = await paste(page, korean);
  await expect(proposed).toContainText("Korean");
  const proposedPrice = proposed.getByRole("region", { name: "Price of these scenes" });
  await expect(proposedPrice).toContainText("Pictures");
  await expect(proposedPrice).toContainText(/Narration\s*[1-9][\d.]* seconds/);
  await proposed.getByRole("button", { name: "Replace my scenes" }).click();
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("아침의 빛");
  const voices = page.getByRole("group", { name: "Voice" });
  expect(voice, "somebody reads Korean").toBeDefined();
  await expect(voices.getByRole("radio", { name: new RegExp(`^${voice!.name}`) })).toBeChecked();
  await expect.poll(async () => (await api.read(project.id)).title, "saved").toBe("아침의 빛");
  const { metrics } = await api.call<{ metrics: { metric: string; needed: number }[] }>("POST", `/api/v1/projects/${project.id}/quote`);
  const seconds = metrics.find((m) => m.metric === "tts_seconds")?.needed ?? 0;
  expect(seconds, "about as long as one reads it").toBeGreaterThan(4);
  const shown = new Intl.NumberFormat("en", { maximumFractionDigits: 1 }).format(seconds);
  await expect(page.getByRole("region", { name: "Price", exact: true })).toContainText(`Narration${shown} seconds`);
  await voices.getByRole("radio", { name: /^Ruth/ }).check();
  await expect(page.getByText(/^The text is in Korean, and Ruth reads/)).toBeVisible();
  await expect(page.getByRole("region", { name: "Price", exact: true })).toContainText("The text is in Korean, and the voice Ruth reads English.");
  await inspect(page, "voice-of-another-language", [looks[1]!, looks[2]!]);
  const job = await api.render(project.id);
  await expect
    .poll(async () => (await api.job(job.id)).warnings.map((w) => w.code), { timeout: 30_000 })
    .toContain("voice_language");
  await open(page, `/videos/${job.id}`, "아침의 빛");
  await expect(page.getByText(/The text is in Korean/)).toBeVisible();
  await api.call("DELETE", `/api/v1/jobs/${job.id}`);
});
