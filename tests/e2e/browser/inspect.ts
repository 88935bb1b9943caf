import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

export interface Look {
  name: string;
  scheme: "light" | "dark";
  width: number;
  height: number;
}

const wide = { width: 1440, height: 900 };
const narrow = { width: 390, height: 844 };

export const looks: readonly Look[] = [
  { name: "light-1440", scheme: "light", ...wide },
  { name: "dark-1440", scheme: "dark", ...wide },
  { name: "light-390", scheme: "light", ...narrow },
  { name: "dark-390", scheme: "dark", ...narrow },
];

/**
 * Holds the present state of a page, in each look, to what every page must be:
 * free of axe violations, no wider than its window, with controls that can be
 * hit. Leaves a picture of each. A page that was seen in one scheme differs in
 * the other by its colours, and axe is asked about no more than these: it takes
 * most of the time.
 */
export async function inspect(page: Page, name: string, chosen: readonly Look[] = looks) {
  const seen = new Set<number>(); // widths
  for (const look of chosen) {
    await wear(page, look);
    const shown = `${name}, ${look.name}`;
    expect.soft(await sideways(page), `${shown}: wider than the window`).toEqual([]);
    expect.soft(await outOfReach(page), `${shown}: controls that cannot be hit`).toEqual([]);
    expect.soft(await violations(page, seen.has(look.width) ? ofColours : undefined), `${shown}: axe`).toEqual([]);
    seen.add(look.width);
    await shot(page, `${name}-${look.name}`);
  }
  await wear(page, looks[0] as Look);
}

export async function wear(page: Page, look: Look) {
  await page.setViewportSize({ width: look.width, height: look.height });
  await page.emulateMedia({ colorScheme: look.scheme, reducedMotion: "reduce" });
  await settled(page);
}

/** Waits for fonts, pictures in view and movements that end. */
async function settled(page: Page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const ends = document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(ends.map((a) => a.finished.catch(() => undefined)));
    const pictures = [...document.images].filter((i) => i.loading !== "lazy" && i.checkVisibility());
    await Promise.all(pictures.map((i) => i.decode().catch(() => undefined)));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

/** Keeps a picture of the whole page or, while a dialog is open, of the window. */
export async function shot(page: Page, name: string) {
  const folder = process.env["SCREENS_DIR"] as string;
  mkdirSync(folder, { recursive: true });
  const fullPage = (await page.locator("dialog:modal").count()) === 0;
  if (fullPage) await page.evaluate(() => window.scrollTo({ top: 0, behavior: "instant" }));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage, animations: "disabled", caret: "hide" });
}

/** The rules of axe that look at colours. */
export const ofColours: readonly string[] = ["color-contrast", "link-in-text-block"];

const everyRule = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * What axe has against the page, by all its rules or by some. axe runs in the page
 * itself, which has no frames of other origins, and stays there: a page of its own
 * for each answer, with axe read anew in both, takes longer than the rules.
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const there = await page.evaluate(() => "axe" in window);
  const axe = new AxeBuilder(there ? { page, axeSource: ";" } : { page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await (rules ? axe.withRules([...rules]) : axe.withTags(everyRule)).analyze();
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id} ${n.target.join(" ")}: ${n.failureSummary ?? v.help}`));
}

/** What makes the page scroll sideways. */
export function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room && document.body.scrollWidth <= room) return [];
    return [...document.body.querySelectorAll("*")]
      .filter((e) => e.getBoundingClientRect().right > room + 0.5)
      .map((e) => `${e.tagName.toLowerCase()}.${e.className} ends at ${e.getBoundingClientRect().right}, the window at ${room}`);
  });
}

/** Controls that are smaller than 24 px or lie under something else. */
export function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scope = document.querySelector("dialog:modal") ?? document.body;
    const found: string[] = [];
    const at = { x: window.scrollX, y: window.scrollY };
    for (const control of scope.querySelectorAll<HTMLElement>("a[href], button, input, textarea, select, summary, video[controls]")) {
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      // A link that waits above the page until the keyboard comes to it.
      if (control.matches(".skip-link") && control !== document.activeElement) continue;
      const target = control.closest("label") ?? control;
      target.scrollIntoView({ block: "center", behavior: "instant" });
      const box = target.getBoundingClientRect();
      const name = `${control.tagName.toLowerCase()} "${control.getAttribute("aria-label") ?? target.textContent?.trim()}"`;
      const inText = control.matches("p a, dd a, li p a") && getComputedStyle(control).display === "inline";
      if (!inText && Math.min(box.width, box.height) < 24) found.push(`${name} is ${box.width} × ${box.height} px`);
      const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      if (!hit || !(target.contains(hit) || hit.contains(target))) {
        found.push(`${name} lies under ${hit ? `${hit.tagName.toLowerCase()}.${hit.className}` : "nothing: outside of the window"}`);
      }
    }
    window.scrollTo(at.x, at.y);
    return found;
  });
}
