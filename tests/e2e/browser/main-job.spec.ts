import { expect, heading, scenesOf, signInByHand, test } from "./test.ts";
import { inspect, looks } from "./inspect.ts";
import { playToItsEnd, showTheMiddle } from "./player.ts";

const long =
  "I lift up my eyes to the hills. Where does my help come from? My help comes from the Lord, who made heaven and earth. " +
  "He will not allow your foot to be moved. He who keeps you will not slumber. Behold, he who keeps Israel will neither slumber nor sleep. ";

test("sign in, make a video of a template, watch it to its end, reach the quota", async ({ page, watch }) => {
  watch.allowAnswer(402, /\/render$/, "the quota is used up, and the test asks for more");
  watch.allowAnswer(409, /\/quote$/, "a blank page has no price yet");
  await signInByHand(page);

  await page.getByRole("list", { name: "Templates" }).getByRole("button", { name: "Use Be Still" }).click();
  await expect(heading(page, "Edit your video")).toBeVisible();
  const scenes = scenesOf(page);
  await expect(scenes).toHaveCount(4);
  for (const left of [3, 2]) {
    await page.getByRole("button", { name: `Delete scene ${left + 1}` }).click();
    await expect(scenes).toHaveCount(left);
  }
  await page.getByRole("radio", { name: /^720p/ }).check();
  await page.getByRole("textbox", { name: "Title" }).fill("Be still today");
  await page.getByRole("textbox", { name: "Text of scene 2" }).fill("The storm may rage. You may rest.");
  await expect(page.getByText("All changes saved")).toBeVisible();

  await page.getByRole("button", { name: "Preview picture" }).first().click();
  const picture = page.getByRole("img", { name: "Preview of scene 1" });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((i: HTMLImageElement) => i.naturalWidth)).toBeGreaterThan(300);
  await expect(page.getByRole("meter", { name: "Pictures" })).toHaveAttribute("aria-valuetext", /^1 of /);

  const price = page.getByRole("region", { name: "Price" });
  await expect(price).toHaveAttribute("aria-busy", "false");
  await expect(price.getByText(/^0\.\d minutes · 1 left$/)).toBeVisible();
  await expect(page.getByText("All changes saved")).toBeVisible();
  await inspect(page, "editor");

  await page.getByRole("button", { name: "Make video" }).click();
  await expect(heading(page, "Be still today")).toBeVisible();
  await expect(page.getByRole("progressbar", { name: "Rendering" })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: /Waiting|Getting ready|Painting|Reading|Filming|Putting/ })).toBeVisible();

  const video = page.getByLabel("Video: Be still today");
  await expect(video).toBeVisible({ timeout: 90_000 });
  await playToItsEnd(page, video);
  await showTheMiddle(video);
  await inspect(page, "video-ready");

  // The next one is longer than what is left of the month's minute.
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Create" }).click();
  await page.getByRole("button", { name: "Start from a blank page" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("Psalm 121");
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill(long.repeat(3));
  await page.getByRole("button", { name: "Add a scene" }).click();
  await page.getByRole("textbox", { name: "Text of scene 2" }).fill(long.repeat(3));
  await expect(price.getByRole("alert")).toContainText(/needs .*minutes.* more than is left/);
  await expect(price.getByRole("link", { name: "See the Pro plan" })).toBeVisible();
  await expect(page.getByText("All changes saved")).toBeVisible();
  await inspect(page, "editor-does-not-fit", [looks[0]!, looks[3]!]);

  await page.getByRole("button", { name: "Make video" }).click();
  const refused = page.getByRole("alert").filter({ hasText: "this month’s" });
  await expect(refused).toContainText(/Video minutes: this video needs .* minutes?, and 0\.\d minutes of this month’s 1 minute are left/);
  await inspect(page, "editor-quota-used-up", [looks[0]!, looks[3]!]);
  await refused.getByRole("link", { name: "See the Pro plan" }).click();
  await expect(heading(page, "Billing")).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("Psalm 121");
});
