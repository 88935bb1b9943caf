import type { APIRequestContext } from "@playwright/test";
import { expect } from "@playwright/test";

const linkLine = /^\S+\/auth\/verify#token=(\S+)$/m;

/** The texts of the mails to an address, newest first. */
export async function mails(request: APIRequestContext, to: string): Promise<string[]> {
  const answer = await request.get("/mailbox.json", { params: { to } });
  const { messages } = (await answer.json()) as { messages: { text: string }[] };
  return messages.map((m) => m.text);
}

/** The token in the mail that comes after the given number of mails. */
export async function tokenAfter(request: APIRequestContext, to: string, count: number): Promise<string> {
  let texts: string[] = [];
  await expect.poll(async () => (texts = await mails(request, to)).length, { message: `a mail to ${to}` }).toBeGreaterThan(count);
  const token = linkLine.exec(texts[0] ?? "")?.[1];
  if (!token) throw new Error(`no link in the mail to ${to}`);
  return token;
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
  video: { url: string; duration_ms: number; width: number; height: number } | null;
}

export interface Project {
  id: string;
  version: number;
  title: string;
  captions: boolean;
  voice: string;
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
