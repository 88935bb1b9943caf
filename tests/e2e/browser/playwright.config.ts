import { defineConfig } from "@playwright/test";

/** Set by whoever starts the product: browser_test.go. */
function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start these tests with go test ./tests/e2e/browser`);
  return value;
}

const chromium = JSON.parse(given("CHROMIUM")) as { path: string; env: Record<string, string> };

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  // What needs a product of its own is run by a test of its own.
  testIgnore: process.env["LEAVE_OUT"] || [],
  outputDir: given("RESULTS_DIR"),
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    baseURL: given("PRODUCT_URL"),
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
    actionTimeout: 20_000,
    launchOptions: {
      executablePath: chromium.path,
      env: { ...process.env, ...chromium.env },
      args: [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--autoplay-policy=user-gesture-required",
      ],
    },
  },
});
