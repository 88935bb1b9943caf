import { looks, ofColours, outOfReach, sideways, violations, wear } from "./inspect.ts";
import { expect, open, test } from "./test.ts";

test("the inspection finds what is wrong with a page", async ({ page }) => {
  await open(page, "/login", "Sign in to DevotionalAI");
  for (const look of looks) {
    await wear(page, look);
    expect(await sideways(page)).toEqual([]);
    expect(await outOfReach(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
  }
  await page.evaluate(() => {
    const make = (tag: string, style: Partial<CSSStyleDeclaration>) => {
      const e = document.createElement(tag);
      Object.assign(e.style, style);
      document.querySelector("main")?.append(e);
      return e;
    };
    make("img", {}); // says nothing to those who do not see it
    make("p", { color: "#999", background: "#aaa" }).textContent = "hard to read";
    make("div", { width: "2000px", height: "2px" });
    make("button", { width: "12px", height: "12px", padding: "0" }).textContent = "small";
    make("button", { position: "absolute", top: "300px", left: "0", width: "80px", height: "40px" }).textContent = "covered";
    make("div", { position: "absolute", top: "280px", left: "0", width: "200px", height: "80px", zIndex: "9" });
  });
  const broken = (await violations(page)).join("\n");
  expect(broken).toContain("image-alt");
  expect(broken).toContain("color-contrast");
  const colours = (await violations(page, ofColours)).join("\n");
  expect(colours).toContain("color-contrast");
  expect(colours).not.toContain("image-alt");
  expect((await sideways(page)).length).toBeGreaterThan(0);
  const controls = (await outOfReach(page)).join("\n");
  expect(controls).toContain('button "small" is 12 × 12 px');
  expect(controls).toContain('button "covered" lies under div');
});

test("light and dark follow the system", async ({ page }) => {
  await open(page, "/login", "Sign in to DevotionalAI");
  const brightness = () =>
    page.evaluate(() => {
      const [r = 0, g = 0, b = 0] = (getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g) ?? []).map(Number);
      return (r + g + b) / 3 / 255;
    });
  await page.emulateMedia({ colorScheme: "light" });
  expect(await brightness()).toBeGreaterThan(0.85);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await brightness()).toBeLessThan(0.2);
});
