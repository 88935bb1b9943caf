import type { APIRequestContext } from "@playwright/test";
import { expect } from "@playwright/test";

const linkLine = /^\S+\/auth\/verify#token=(\S+)$/m;
const invitationLine = /^\S+\/invitation#token=(\S+)$/m;
const keepLine = /^\S+\/account\/keep#token=(\S+)$/m;
const codeLine = /^Code: ([A-Z0-9]{6})$/m;

/** The texts of the mails to an address, newest first. */
export async function mails(request: APIRequestContext, to: string): Promise<string[]> {
  const answer = await request.get("/mailbox.json", { params: { to } });
  const { messages } = (await answer.json()) as { messages: { text: string }[] };
  return messages.map((m) => m.text);
}

/** The mail that comes after the given number of mails. */
async function mailAfter(request: APIRequestContext, to: string, count: number): Promise<string> {
  let texts: string[] = [];
  await expect.poll(async () => (texts = await mails(request, to)).length, { message: `a mail to ${to}` }).toBeGreaterThan(count);
  return texts[0] ?? "";
}

function found(line: RegExp, text: string, what: string): string {
  const part = line.exec(text)?.[1];
  if (!part) throw new Error(`no ${what} in the mail:\n${text}`);
  return part;
}

/** The token in the mail that comes after the given number of mails. */
export async function tokenAfter(request: APIRequestContext, to: string, count: number): Promise<string> {
  return found(linkLine, await mailAfter(request, to, count), "link");
}

/** The code in that mail, as it is written there, and the token of its link. */
export async function codeAfter(request: APIRequestContext, to: string, count: number): Promise<{ code: string; token: string }> {
  const text = await mailAfter(request, to, count);
  return { code: found(codeLine, text, "code"), token: found(linkLine, text, "link") };
}

/** The token of the invitation that comes after the given number of mails. */
export async function invitationAfter(request: APIRequestContext, to: string, count: number): Promise<string> {
  return found(invitationLine, await mailAfter(request, to, count), "invitation");
}

/** The token that takes a deletion back, in the mail that comes after the given number of mails. */
export async function keepTokenAfter(request: APIRequestContext, to: string, count: number): Promise<string> {
  return found(keepLine, await mailAfter(request, to, count), "link that keeps the account");
}

/** Asks for a link as the sign-in page does, and reads its token in the mail. */
export async function mailedToken(request: APIRequestContext, email: string): Promise<string> {
  const before = (await mails(request, email)).length;
  const asked = await request.post("/api/auth/magic-link/request", { data: { email } });
  expect(asked.status(), await asked.text()).toBe(202);
  return tokenAfter(request, email, before);
}

export interface Job {
  id: string;
  status: string;
  progress: number;
  step: string;
  warnings: { code: string; message: string; scene?: number }[];
  video: { url: string; duration_ms: number; width: number; height: number } | null;
}

export interface Project {
  id: string;
  version: number;
  title: string;
  captions: boolean;
  voice: string;
  language: string;
  language_found: string;
  aspect: string;
  scenes: { text: string; image_prompt: string; image_id: string; upload_id: string }[];
  music_upload_id: string | null;
}

/** What a signed-in person's programs can do: used to bring about what a test begins with. */
export class Api {
  constructor(
    private readonly request: APIRequestContext,
    readonly token: string,
  ) {}

  async call<T>(method: string, path: string, data?: unknown, want: number[] = [200, 201, 202, 204], headers: Record<string, string> = {}): Promise<T> {
    const answer = await this.request.fetch(path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, ...headers },
      ...(data !== undefined && { data }),
    });
    const text = await answer.text();
    expect(want, `${method} ${path}: ${answer.status()} ${text}`).toContain(answer.status());
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  project(title: string, ...texts: string[]): Promise<Project> {
    return this.call("POST", "/api/v1/projects", {
      title,
      scenes: texts.map((text) => ({ text, image_prompt: "a quiet lake at dawn" })),
      voice: "default",
      resolution: "720p",
      aspect: "16:9",
      captions: true,
    });
  }

  read(project: string): Promise<Project> {
    return this.call("GET", `/api/v1/projects/${project}`);
  }

  change(project: Project, what: Partial<Project>): Promise<Project> {
    return this.call("PATCH", `/api/v1/projects/${project.id}`, what, [200], { "If-Match": `"${project.version}"` });
  }

  render(project: string): Promise<Job> {
    return this.call("POST", `/api/v1/projects/${project}/render`);
  }

  job(id: string): Promise<Job> {
    return this.call("GET", `/api/v1/jobs/${id}`);
  }

  /** Waits for a job's end. */
  async ended(id: string, want: string): Promise<Job> {
    let job: Job | undefined;
    await expect
      .poll(async () => (job = await this.job(id)).status, { message: `job ${id}`, timeout: 100_000, intervals: [400] })
      .not.toMatch(/queued|running/);
    expect(job?.status, JSON.stringify(job)).toBe(want);
    return job as Job;
  }
}

/** Whom the emulator takes for the account's owner: it looks at the form alone. */
const lambda = { Authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0" };

/**
 * Calls a function of the running product past its API, as operators and AWS do:
 * the product is told where its emulator is by browser_test.go.
 */
export async function invoke<T>(request: APIRequestContext, name: string, event: object): Promise<T> {
  const endpoint = process.env["EMULATOR_URL"];
  if (!endpoint) throw new Error("EMULATOR_URL is not set: start these tests with go test ./tests/e2e/browser");
  const answer = await request.post(`${endpoint}/2015-03-31/functions/devotional-${name}/invocations`, {
    headers: lambda,
    data: event,
    timeout: 100_000,
  });
  const text = await answer.text();
  expect(answer.status(), `${name}: ${text}`).toBe(200);
  expect(answer.headers()["x-amz-function-error"], `${name}: ${text}`).toBeUndefined();
  return (text === "" || text === "null" ? undefined : JSON.parse(text)) as T;
}

/** Puts the tenant of an address on a plan, as make tenant does. */
export const setPlan = (request: APIRequestContext, email: string, plan: "free" | "pro") => invoke(request, "tenant-change", { email, plan });

/** Rotates the signing secret in the four steps of Secrets Manager. */
export async function rotateSigning(request: APIRequestContext) {
  const endpoint = process.env["EMULATOR_URL"];
  const answer = await request.get(`${endpoint}/2015-03-31/functions/devotional-signing-rotate/configuration`, { headers: lambda });
  const { Environment } = (await answer.json()) as { Environment: { Variables: Record<string, string> } };
  const SecretId = Environment.Variables["JWT_SECRET_ARN"];
  const ClientRequestToken = crypto.randomUUID();
  for (const Step of ["createSecret", "setSecret", "testSecret", "finishSecret"]) {
    await invoke(request, "signing-rotate", { Step, SecretId, ClientRequestToken });
  }
}
