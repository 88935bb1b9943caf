import type { Page } from "@playwright/test";
import { expect, heading, newAddress, open, signInByHand, test } from "./test.ts";
import { inspect, looks } from "./inspect.ts";

/** All that a script in the page can read without asking anybody, as texts by where they were found. */
function readable(page: Page): Promise<[string, string][]> {
  return page.evaluate(async () => {
    const found: [string, string][] = [
      ["cookies", document.cookie],
      ["local storage", JSON.stringify({ ...localStorage })],
      ["session storage", JSON.stringify({ ...sessionStorage })],
      ["history", JSON.stringify(history.state) + location.href],
      ["the document", document.documentElement.outerHTML],
      ["timings", performance.getEntries().map((e) => e.name).join(" ")],
    ];

    // Everything that can be walked to from the window and from the elements,
    // where frameworks leave their state.
    const seen = new Set<unknown>();
    const next: [string, unknown][] = [["window", window]];
    for (const e of document.querySelectorAll("*")) next.push([`<${e.tagName.toLowerCase()}>`, e]);
    for (let at = next.pop(); at && seen.size < 500_000; at = next.pop()) {
      const [path, value] = at;
      if (typeof value === "string") found.push([path, value]);
      if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value)) continue;
      seen.add(value);
      if (value instanceof Map) next.push([`${path}(map)`, [...value.entries()]]);
      if (value instanceof Set) next.push([`${path}(set)`, [...value]]);
      for (const key of Reflect.ownKeys(value)) {
        try {
          const inner = (value as Record<PropertyKey, unknown>)[key];
          if (inner instanceof Promise) inner.catch(() => undefined); // read off a prototype, it is a refusal
          next.push([path.length < 200 ? `${path}.${String(key)}` : path, inner]);
        } catch {
          // a property that may not be read
        }
      }
    }
    found.push(["how much", String(seen.size)]);
    return found;
  });
}

test("no script can read a token", async ({ page, context }) => {
  const tokens = new Set<string>();
  context.on("response", async (answer) => {
    if (!/\/api\/auth\/(refresh|magic-link\/verify)$/.test(answer.url())) return;
    const body = (await answer.json().catch(() => ({}))) as { access_token?: string };
    if (body.access_token) tokens.add(body.access_token);
  });
  await signInByHand(page);
  for (const path of ["/", "/videos", "/account"]) {
    await page.goto(path, { waitUntil: "networkidle" });
    for (const cookie of await context.cookies()) {
      expect(cookie.httpOnly, cookie.name).toBe(true);
      tokens.add(cookie.value);
    }
    expect(tokens.size).toBeGreaterThan(1);
    expect(await page.evaluate(async () => [...(await indexedDB.databases()), ...(await caches.keys())])).toEqual([]);
    const all = await readable(page);
    expect(Number(all.find(([where]) => where === "how much")?.[1]), "objects that were walked").toBeGreaterThan(5000);
    for (const token of tokens) {
      // Its last part is enough to know it by.
      const secret = token.slice(-40);
      expect(all.filter(([, text]) => text.includes(secret)).map(([where]) => where)).toEqual([]);
    }
  }
});

test("no script can read an API key once one has it", async ({ page, signIn }) => {
  await signIn(page);
  await open(page, "/account/keys", "Account");
  await page.getByRole("textbox", { name: "Name" }).fill("Newsletter");
  await page.getByRole("button", { name: "Make a key" }).click();
  const field = page.getByLabel("The key", { exact: true });
  const secret = (await field.inputValue()).slice(-30);
  const where = async () => (await readable(page)).filter(([, text]) => text.includes(secret)).map(([place]) => place);
  expect(await where(), "while it is shown, its field has it").not.toEqual([]);
  await page.getByRole("button", { name: "I have it" }).click();
  await expect(field).toHaveCount(0);
  expect(await where()).toEqual([]);
});

test("the walk of the tests above finds what lies open", async ({ page }) => {
  await page.goto("/login");
  await page.evaluate(() => {
    Object.assign(document.getElementById("root") as object, { state: new Map([["a", { deep: ["a secret to be found"] }]]) });
    sessionStorage.setItem("x", "another secret to be found");
  });
  const where = (await readable(page)).filter(([, text]) => text.includes("secret to be found")).map(([place]) => place);
  expect(where).toContain("session storage");
  expect(where.some((place) => place.includes("(map)")), where.join()).toBe(true);
});

test("the policy allows no script but the app's own", async ({ page, watch }) => {
  watch.allow(/Content Security Policy|Trusted Type|TrustedHTML|TrustedScript/, /^/, "the test injects what the policy refuses");
  const answer = await page.goto("/login");
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  expect(policy).not.toMatch(/(script|object|base)-[a-z]+[^;]*(\*|data:|https?:)/);
  expect(answer?.headers()).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });

  // As if somebody had got markup into the document itself.
  await page.route("**/login", async (route) => {
    const original = await route.fetch();
    const attack = `<script>window.ran = "inline"</script><img src="/none.png" onerror="window.ran = 'handler'"><script src="data:text/javascript,window.ran='data'"></script>`;
    await route.fulfill({ response: original, body: (await original.text()).replace("<body>", `<body>${attack}`) });
  });
  watch.allowAnswer(404, /none\.png$/, "the picture of the attack is not there");
  await open(page, "/login", "Sign in to DevotionalAI");
  expect(await page.content(), "the attack is in the document").toContain("window.ran");
  expect(await page.evaluate(() => "ran" in window)).toBe(false);

  // And as if a script of ours had written markup.
  const written = await page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = 1'>");
      return "written";
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(written).toBe("TypeError");
  const evaluated = await page.evaluate(() => {
    const script = document.createElement("script");
    try {
      script.textContent = "window.ran = 2";
      document.head.append(script);
    } catch (error) {
      return (error as Error).name;
    }
    return "ran" in window ? "ran" : "refused";
  });
  expect(evaluated).not.toBe("ran");
});

const attack = `<img src=x id="injected" onerror="window.ran=1">`;

async function expectUnharmed(page: Page) {
  await expect(page.locator("#injected")).toHaveCount(0);
  expect(await page.evaluate(() => "ran" in window)).toBe(false);
}

const turned = "Peace \u202E be with you";

test("HTML in a field of the editor is text, and what is no text is explained at the field", async ({ page, signIn, watch }) => {
  watch.allowAnswer(400, /\/api\/v1\/(projects|images)/, "the API takes nothing that turns the direction of text");
  const { api } = await signIn(page);
  const project = await api.project("Plain", "Plain text.");
  await open(page, `/projects/${project.id}`, "Edit your video");
  for (const name of ["Title", "Text of scene 1", "Picture of scene 1"]) {
    const field = page.getByRole("textbox", { name });
    const before = await field.inputValue();
    await field.fill(attack);
    await expect(page.getByText("All changes saved")).toBeVisible();
    await expect(field, "it is text").toHaveValue(attack);
    await expectUnharmed(page);
    await field.fill(turned);
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(/direction/);
    await expect(field, "the text is kept").toHaveValue(turned);
    if (name === "Text of scene 1") await inspect(page, "editor-refused-text", [looks[0]!, looks[3]!]);
    await field.fill(before);
    await expect(page.getByText("All changes saved")).toBeVisible();
    await expect(field).toHaveAttribute("aria-invalid", "false");
  }
  await page.getByRole("textbox", { name: "Text of scene 1" }).fill(attack);
  await page.getByRole("button", { name: "Preview picture" }).click();
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue(attack);
  await expectUnharmed(page);
});

test("signs that look like HTML are shown as they were written", async ({ page, signIn }) => {
  const { api } = await signIn(page);
  const title = `a < b & "c" &lt;b&gt; {{7*7}} \${1} <3`;
  const project = await api.project(title, "1 < 2 && 3 > 2 &amp; so on");
  const job = await api.render(project.id);
  await api.call("DELETE", `/api/v1/jobs/${job.id}`);
  await open(page, `/projects/${project.id}`, "Edit your video");
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue(title);
  await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue("1 < 2 && 3 > 2 &amp; so on");
  await open(page, "/videos", "My videos");
  await expect(page.getByRole("link", { name: title, exact: true })).toBeVisible();
  await open(page, `/videos/${job.id}`, title);
  await expect(page).toHaveTitle(`${title} – DevotionalAI`);
});

test("HTML in an answer of the API is text", async ({ page, signIn, studio }) => {
  await signIn(page, studio.email);
  await page.route(/\/api\/v1\/(jobs|projects|templates|voices)\b/, async (route) => {
    const answer = await route.fetch();
    if (!answer.ok()) return route.fulfill({ response: answer });
    const body = JSON.stringify(await answer.json(), (key, value: unknown) =>
      ["title", "summary", "reference", "name", "text", "image_prompt"].includes(key) ? attack : value,
    );
    return route.fulfill({ response: answer, body });
  });
  await open(page, `/videos/${studio.video}`, attack);
  await expectUnharmed(page);
  await open(page, "/videos", "My videos");
  await expect(page.getByRole("link", { name: attack }).first()).toBeVisible();
  await expectUnharmed(page);
  await open(page, "/", "Create a video");
  await expect(page.getByRole("button", { name: `Use ${attack}` }).first()).toBeVisible();
  await expectUnharmed(page);
  await open(page, `/projects/${studio.draft}`, "Edit your video");
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue(attack);
  await expectUnharmed(page);
});

test("HTML in the search and in the address is text", async ({ page, signIn, studio }) => {
  await signIn(page, studio.email);
  await open(page, "/videos", "My videos");
  await page.getByRole("searchbox", { name: "Search videos" }).fill(attack);
  await expect(page.getByRole("main")).toContainText(attack);
  await expectUnharmed(page);
  await page.goto(`/videos?q=${encodeURIComponent(attack)}`);
  await expect(page.getByRole("searchbox", { name: "Search videos" })).toHaveValue(attack);
  await expectUnharmed(page);
  await page.goto(`/${encodeURIComponent(`<b id="injected">here</b>`)}`);
  await expect(heading(page, "Page not found")).toBeVisible();
  await expectUnharmed(page);
});

test("HTML in the sign-in form and in next is text", async ({ page, watch }) => {
  watch.allowAnswer(400, /\/magic-link\/request$/, "the address is none");
  await page.goto(`/login?next=${encodeURIComponent(`/${attack}`)}#${encodeURIComponent(attack)}`);
  const field = page.getByRole("textbox", { name: "Email address" });
  await field.fill(attack);
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveValue(attack);
  await expectUnharmed(page);

  // Valid as an address, as the standard has it.
  await page.route("**/api/auth/magic-link/request", (route) => route.fulfill({ status: 202, json: {} }));
  const quoted = `"<img/src=x/id=injected>"@example.com`;
  await field.fill(quoted);
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await expect(heading(page, "Check your email")).toBeVisible();
  await expect(page.getByRole("main")).toContainText(quoted);
  await expectUnharmed(page);
});

test("the app asks nobody but its own origin and that of its media", async ({ page, context, signIn, studio }) => {
  const asked = new Set<string>();
  context.on("request", (r) => {
    if (/^https?:/.test(r.url())) asked.add(new URL(r.url()).origin);
  });
  await signIn(page, studio.email);
  await open(page, "/", "Create a video");
  await open(page, `/videos/${studio.video}`, studio.title);
  await open(page, `/projects/${studio.project}`, "Edit your video");
  await page.goto(`/login?from=${newAddress()}`);
  const { origin } = new URL(page.url());
  expect([...asked].filter((o) => o !== origin && !o.startsWith("http://127.0.0.1:"))).toEqual([]);
});
