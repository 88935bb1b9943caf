import { expect, heading, open, test } from "./test.ts";
import { inspect, looks } from "./inspect.ts";

test.describe("two tabs", () => {
  test("one of them renews the access for both", async ({ page, context, signIn }) => {
    await signIn(page);
    await context.clock.install();
    const second = await context.newPage();
    await open(page, "/", "Create a video");
    await open(second, "/videos", "My videos");
    let renewals = 0;
    context.on("request", (r) => {
      if (r.url().endsWith("/api/auth/refresh")) renewals++;
    });
    const authorized: (string | undefined)[] = [];
    context.on("request", (r) => {
      if (r.url().endsWith("/api/usage")) authorized.push(r.headers()["authorization"]);
    });
    await context.clock.fastForward("11:00");
    await Promise.all([
      page.getByRole("link", { name: "Billing" }).click(),
      second.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Create" }).click(),
    ]);
    await expect(heading(page, "Billing")).toBeVisible();
    await expect(heading(second, "Create a video")).toBeVisible();
    await expect.poll(() => authorized.length).toBeGreaterThanOrEqual(2);
    for (const tab of [page, second]) await expect(tab.getByRole("meter", { name: "Pictures" })).toBeVisible();
    expect(renewals).toBe(1);
    expect(new Set(authorized).size, "access tokens in use").toBe(1);
  });

  test("a token that the API does not take is exchanged once, and the request is sent again", async ({ page, context, signIn, watch }) => {
    watch.allowAnswer(401, /\/api\/usage$/, "the test lets the API refuse the token");
    await signIn(page);
    const second = await context.newPage();
    await open(page, "/account", "Account");
    await open(second, "/account", "Account");
    // Tokens of one second are the same token.
    const loadedIn = Math.floor(Date.now() / 1000);
    await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(loadedIn);
    let refused = 0;
    let bothRefused = () => {};
    const gate = new Promise<void>((open) => (bothRefused = open));
    await context.route("**/api/usage", (route) => {
      if (refused === 2) return route.continue();
      if (++refused === 2) bothRefused();
      const body = { type: "about:blank", title: "Sign in", status: 401, code: "unauthenticated", detail: "", instance: "" };
      return route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify(body) });
    });
    let renewals = 0;
    await context.route("**/api/auth/refresh", async (route) => {
      renewals++;
      await gate;
      await route.continue();
    });
    await Promise.all([page, second].map((tab) => tab.getByRole("link", { name: "Billing" }).click()));
    for (const tab of [page, second]) await expect(tab.getByRole("meter", { name: "Pictures" })).toBeVisible();
    expect(refused).toBe(2);
    expect(renewals).toBe(1);
  });

  test("signing out in one signs the other out", async ({ page, context, signIn }) => {
    await signIn(page);
    const second = await context.newPage();
    await open(page, "/account", "Account");
    await open(second, "/videos", "My videos");
    await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(heading(page, "Sign in to DevotionalAI")).toBeVisible();
    await expect(heading(second, "Sign in to DevotionalAI")).toBeVisible();
    await second.reload();
    await expect(heading(second, "Sign in to DevotionalAI")).toBeVisible();
    const refresh = await context.request.post("/api/auth/refresh", { headers: { "X-Requested-With": "test" } });
    expect(refresh.status(), "the session itself has ended").toBe(401);
  });

  test("every page has a way out", async ({ page, context, signIn, watch }) => {
    watch.allowAnswer(503, /\/api\/auth\/logout$/, "the test takes the service away");
    await signIn(page);
    const out = page.getByRole("banner").getByRole("button", { name: "Sign out", exact: true });
    for (const [path, title] of [["/", "Create a video"], ["/videos", "My videos"], ["/usage", "Usage"], ["/uploads", "Your uploads"], ["/billing", "Billing"], ["/account/keys", "Account"]] as const) {
      await open(page, path, title);
      await expect(out).toBeVisible();
    }
    await page.route("**/api/auth/logout", (route) => route.fulfill({ status: 503, json: {} }));
    await out.click();
    await expect(page.getByRole("alert")).toContainText("busy");
    await expect(heading(page, "Account"), "still signed in").toBeVisible();
    await page.unroute("**/api/auth/logout");
    await out.focus();
    await page.keyboard.press("Enter");
    await expect(heading(page, "Sign in to DevotionalAI")).toBeVisible();
    const refresh = await context.request.post("/api/auth/refresh", { headers: { "X-Requested-With": "test" } });
    expect(refresh.status(), "the session itself has ended").toBe(401);
  });

  test("signing out everywhere reaches another browser", async ({ page, signIn, another }) => {
    const { email } = await signIn(page);
    const elsewhere = await (await another()).newPage();
    await signIn(elsewhere, email);
    await open(elsewhere, "/account", "Account");
    await open(page, "/account", "Account");
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await expect(heading(page, "Sign in to DevotionalAI")).toBeVisible();
    await elsewhere.reload();
    await expect(heading(elsewhere, "Sign in to DevotionalAI")).toBeVisible();
  });

  test("edits in both end in a choice, and no text is lost", async ({ page, context, signIn, watch }) => {
    watch.allowAnswer(412, /\/api\/v1\/projects\//, "the other tab saved first");
    const { api } = await signIn(page);
    const project = await api.project("Two hands", "One text.", "Another text.");
    const second = await context.newPage();
    await open(page, `/projects/${project.id}`, "Edit your video");
    await open(second, `/projects/${project.id}`, "Edit your video");

    await page.getByRole("textbox", { name: "Text of scene 1" }).fill("Written in the first tab.");
    await expect(page.getByText("All changes saved")).toBeVisible();
    await second.getByRole("textbox", { name: "Text of scene 2" }).fill("Written in the second tab.");

    const choice = second.getByRole("dialog", { name: "This project was changed elsewhere" });
    await expect(choice).toBeVisible();
    await inspect(second, "editor-conflict", [looks[0]!, looks[3]!]);

    // Undecided, the text outlives a reload.
    await second.reload();
    await expect(choice).toBeVisible();
    await expect(second.getByRole("textbox", { name: "Text of scene 2", includeHidden: true })).toHaveValue("Written in the second tab.");
    await second.keyboard.press("Escape");
    await expect(choice).toBeHidden();
    await second.getByRole("button", { name: "Decide now" }).click();

    await choice.getByRole("button", { name: "Keep my version" }).click();
    await expect(second.getByText("All changes saved")).toBeVisible();
    expect((await api.read(project.id)).scenes[1]?.text).toBe("Written in the second tab.");

    // The first tab still has its own text, and is asked in its turn.
    await expect(page.getByRole("textbox", { name: "Text of scene 1" })).toHaveValue("Written in the first tab.");
    await page.getByRole("textbox", { name: "Text of scene 1" }).fill("Written in the first tab, again.");
    const asked = page.getByRole("dialog", { name: "This project was changed elsewhere" });
    await asked.getByRole("button", { name: "Take the other version" }).click();
    await expect(page.getByRole("textbox", { name: "Text of scene 2" })).toHaveValue("Written in the second tab.");
    await expect(page.getByText("All changes saved")).toBeVisible();
    expect((await api.read(project.id)).scenes[1]?.text).toBe("Written in the second tab.");
  });
});
