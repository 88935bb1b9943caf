import type { BrowserContext } from "@playwright/test";

interface Logged {
  text: string;
  url: string;
}

interface Allowance {
  why: string;
  text: RegExp;
  url: RegExp;
}

/** The browser's own log line for an answer of 400 and more. */
const answered = (status: number) => new RegExp(`^Failed to load resource: the server responded with a status of ${status} `);

/** Collects what browsers log as errors, and exceptions that nothing caught. */
export class Watch {
  private readonly logged: Logged[] = [];
  private readonly allowed: Allowance[] = [
    { why: "a visitor without a session asks whether there is one", text: answered(401), url: /\/api\/auth\/refresh$/ },
  ];

  over(context: BrowserContext) {
    context.on("console", (message) => {
      if (message.type() === "error") this.logged.push({ text: message.text(), url: message.location().url });
    });
    context.on("weberror", (error) => this.logged.push({ text: error.error().stack ?? String(error.error()), url: error.page()?.url() ?? "" }));
  }

  /** Says that the API will refuse something here, and why that is right. */
  allowAnswer(status: number, url: RegExp, why: string) {
    this.allow(answered(status), url, why);
  }

  allow(text: RegExp, url: RegExp, why: string) {
    this.allowed.push({ why, text, url });
  }

  unexpected(): string[] {
    return this.logged
      .filter(({ text, url }) => !this.allowed.some((a) => a.text.test(text) && a.url.test(url)))
      .map(({ text, url }) => `${text} (${url})`);
  }
}
