import type { Locator, Page } from "@playwright/test";
import { tokenAfter } from "./api.ts";
import { expect, heading, newAddress, scenesOf, test } from "./test.ts";

/** Where the keyboard is, and whether one can see it. */
function focus(page: Page) {
  return page.evaluate(() => {
    const e = document.activeElement as HTMLElement | null;
    if (!e || e === document.body) return undefined;
    // A control whose label carries the mark is seen by its label.
    // Within a player the focus is on the browser's own controls, which mark themselves.
    const marked = e.matches("video") || [e, e.closest("label"), e.parentElement].some((shown) => {
      if (!shown) return false;
      const style = getComputedStyle(shown);
      return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || (shown === e && style.boxShadow !== "none" && e.matches("input, textarea"));
    });
    const box = e.getBoundingClientRect();
    const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return { what: `${e.tagName.toLowerCase()} "${e.getAttribute("aria-label") ?? e.textContent?.trim().slice(0, 40)}"`, marked, inView };
  });
}

/** Presses Tab until the control has the focus; on the way it is always somewhere, and seen. */
async function tabTo(page: Page, control: Locator, key = "Tab") {
  await expect(control).toBeVisible();
  for (let n = 0, lost = 0; n < 150; n++) {
    if (await control.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press(key);
    const at = await focus(page);
    if (!at) {
      // Past the last control the browser itself has its turn, once.
      expect(++lost, "times that the focus was nowhere").toBeLessThan(2);
      continue;
    }
    expect.soft(at, "the focus is seen").toMatchObject({ marked: true, inView: true });
  }
  throw new Error(`Tab does not reach ${control.toString()}`);
}

test("the whole job by the keyboard alone", async ({ page, watch }) => {
  watch.allowAnswer(409, /\/quote$/, "a blank page has no price yet");
  const email = newAddress();
  await page.goto("/login");
  await tabTo(page, page.getByRole("textbox", { name: "Email address" }));
  await page.keyboard.type(email);
  await page.keyboard.press("Enter");
  await expect(heading(page, "Check your email")).toBeFocused();
  await page.goto(`/auth/verify#token=${await tokenAfter(page.request, email, 0)}`);
  await tabTo(page, page.getByRole("button", { name: "Sign in" }));
  await page.keyboard.press("Enter");
  await expect(heading(page, "Create a video")).toBeFocused();

  // From the heading back to the top: the skip link is the first of all.
  const skip = page.getByRole("link", { name: "Skip to content" });
  await page.reload();
  await expect(heading(page, "Create a video")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(skip).toBeFocused();
  expect(await focus(page)).toMatchObject({ marked: true, inView: true });
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();

  await tabTo(page, page.getByRole("button", { name: "Start from a blank page" }));
  await page.keyboard.press("Space");
  await expect(heading(page, "Edit your video")).toBeFocused();
  await tabTo(page, page.getByRole("textbox", { name: "Title" }));
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("By hand");
  await tabTo(page, page.getByRole("textbox", { name: "Text of scene 1" }));
  await page.keyboard.type("Peace I leave with you. My peace I give to you.");
  for (let n = 0; n < "My peace I give to you.".length; n++) await page.keyboard.press("ArrowLeft");

  // Split at the cursor, move, delete, undo: the focus goes where the work is.
  const scenes = scenesOf(page);
  await tabTo(page, page.getByRole("button", { name: "Split scene 1" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(scenes).toHaveCount(2);
  await expect(page.getByRole("textbox", { name: "Text of scene 2" })).toHaveValue("My peace I give to you.");
  await tabTo(page, page.getByRole("button", { name: "Move scene 2 up" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue("My peace I give to you.");
  expect(await focus(page), "the focus after moving a scene").toBeDefined();
  await tabTo(page, page.getByRole("button", { name: "Delete scene 2" }));
  await page.keyboard.press("Enter");
  await expect(scenes).toHaveCount(1);
  expect(await focus(page), "the focus after deleting a scene").toBeDefined();
  await tabTo(page, page.getByRole("button", { name: "Undo" }));
  await page.keyboard.press("Enter");
  await expect(scenes).toHaveCount(2);
  expect(await focus(page), "the focus after undoing").toBeDefined();
  await tabTo(page, page.getByRole("button", { name: "Delete scene 2" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(scenes).toHaveCount(1);

  // Choices by arrow keys, a box by Space.
  await tabTo(page, page.getByRole("radio", { name: /^Wide 16:9/ }));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: /^Square 1:1/ })).toBeChecked();
  await tabTo(page, page.getByRole("checkbox", { name: "Captions" }));
  await page.keyboard.press("Space");
  await expect(page.getByRole("checkbox", { name: "Captions" })).not.toBeChecked();
  await page.keyboard.press("Space");
  await expect(page.getByRole("checkbox", { name: "Captions" })).toBeChecked();

  // A dialog keeps the keyboard, and gives it back.
  const remove = page.getByRole("button", { name: "Delete draft" });
  await tabTo(page, remove);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Delete this draft?" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(remove).toBeFocused();

  await expect(page.getByText("All changes saved")).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Make video" }));
  await page.keyboard.press("Enter");
  await expect(heading(page, "By hand")).toBeFocused();
  const video = page.getByLabel("Video: By hand");
  await expect(video).toBeVisible({ timeout: 90_000 });
  expect(await focus(page), "the focus when the video is ready").toBeDefined();
  await tabTo(page, video);
  await page.keyboard.press("Space");
  await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.currentTime)).toBeGreaterThan(0.2);
  await page.keyboard.press("Space");
  await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.paused)).toBe(true);
  await tabTo(page, page.getByRole("link", { name: "Download video" }));
  await tabTo(page, page.getByRole("button", { name: "Delete video" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Delete" }));
  await page.keyboard.press("Enter");
  await expect(heading(page, "My videos")).toBeFocused();
});
