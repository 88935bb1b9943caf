import { beforeEach, describe, expect, test } from "vitest";
import { ApiError, UnreachableError } from "../../api/problem";
import type { Project, ProjectDraft } from "../../api/projects";
import { createAutosave, type Parts } from "./autosave";
import { draftOf, type Draft } from "./draft";

const problem = (status: number, code: string) => new ApiError({ type: "", title: code, status, code, detail: "", instance: "" });

/** A server with one project, and a clock that runs when it is told to. */
class Scenery implements Parts {
  project: Project = {
    id: "P",
    project_id: "P",
    title: "Psalm 23",
    template_id: null,
    voice: "default",
    language: "",
    language_found: "",
    aspect: "16:9",
    resolution: "1080p",
    captions: true,
    music_upload_id: null,
    version: 1,
    created_at: "2026-11-01T00:00:00Z",
    updated_at: "2026-11-01T00:00:00Z",
    scenes: [],
  };
  backup: { draft: Draft; version: number } | undefined;
  failures: { error: unknown; after?: boolean }[] = [];
  updates = 0;
  timers = new Set<() => void>();

  update = async (version: number, draft: ProjectDraft): Promise<Project> => {
    this.updates++;
    await Promise.resolve();
    const failure = this.failures.shift();
    if (failure && !failure.after) throw failure.error;
    if (version !== this.project.version) throw problem(412, "precondition_failed");
    this.elsewhere(draft);
    if (failure) throw failure.error;
    return this.project;
  };
  fetch = () => Promise.resolve(this.project);
  keep = (backup: NonNullable<Scenery["backup"]>) => {
    this.backup = backup;
    return true;
  };
  drop = () => {
    this.backup = undefined;
  };
  later = (run: () => void) => {
    this.timers.add(run);
    return () => this.timers.delete(run);
  };

  elsewhere(draft: ProjectDraft) {
    this.project = { ...this.project, ...(draft as Partial<Project>), version: this.project.version + 1 };
  }

  async pass() {
    const due = [...this.timers];
    this.timers.clear();
    for (const run of due) run();
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }
}

let at: Scenery;
const title = (text: string) => ({ do: "change" as const, what: { title: text } });

beforeEach(() => {
  at = new Scenery();
});

describe("an edit", () => {
  test("is on the device at once and at the API after a pause", async () => {
    const saver = createAutosave(at.project, at);
    saver.edit(title("Psalm 24"));
    expect(at.backup?.draft.title).toBe("Psalm 24");
    expect(saver.view().saving.state).toBe("waiting");
    await at.pass();
    expect(at.project.title).toBe("Psalm 24");
    expect(saver.view()).toMatchObject({ version: 2, saving: { state: "saved" } });
    expect(at.backup).toBeUndefined();
  });

  test("made while another one is sent goes with the next request", async () => {
    const saver = createAutosave(at.project, at);
    saver.edit(title("one"));
    const sent = saver.flush();
    saver.edit(title("two"));
    await sent;
    await at.pass();
    expect(at.project).toMatchObject({ title: "two", version: 3 });
    expect(at.updates).toBe(2);
  });

  test("many of them are one request", async () => {
    const saver = createAutosave(at.project, at);
    for (const letter of "Be still") saver.edit(title(saver.view().draft.title + letter));
    await at.pass();
    expect(at.updates).toBe(1);
  });

  test("without any change is none", () => {
    const saver = createAutosave(at.project, at);
    saver.edit({ do: "move", key: "absent", by: 1 });
    expect(at.backup).toBeUndefined();
    expect(saver.view().saving.state).toBe("saved");
  });
});

describe("a failure", () => {
  test("before the effect keeps the draft and sends it again", async () => {
    at.failures = [{ error: new UnreachableError("offline") }];
    const saver = createAutosave(at.project, at);
    saver.edit(title("kept"));
    await at.pass();
    expect(saver.view().saving.state).toBe("kept");
    expect(at.backup?.draft.title).toBe("kept");
    await at.pass();
    expect(at.project.title).toBe("kept");
    expect(saver.view().saving.state).toBe("saved");
  });

  test("after the effect is no conflict, though more was written meanwhile", async () => {
    at.failures = [{ error: new UnreachableError("lost answer"), after: true }];
    const saver = createAutosave(at.project, at);
    saver.edit(title("one"));
    await at.pass();
    saver.edit(title("two"));
    await at.pass();
    expect(saver.view().saving.state).toBe("saved");
    expect(at.project.title).toBe("two");
  });

  test("of the input waits for another edit", async () => {
    at.failures = [{ error: problem(400, "invalid_input") }];
    const saver = createAutosave(at.project, at);
    saver.edit(title("<b>"));
    await at.pass();
    expect(saver.view().saving.state).toBe("refused");
    expect(at.timers.size).toBe(0);
    expect(at.backup?.draft.title).toBe("<b>");
    saver.edit(title("b"));
    await at.pass();
    expect(saver.view().saving.state).toBe("saved");
  });

  test("because the project is gone leaves the words where they are", async () => {
    at.failures = [{ error: problem(404, "not_found") }];
    const saver = createAutosave(at.project, at);
    saver.edit(title("words"));
    await at.pass();
    expect(saver.view().saving.state).toBe("gone");
    expect(saver.view().draft.title).toBe("words");
    expect(at.backup?.draft.title).toBe("words");
  });
});

describe("a change made elsewhere", () => {
  const meet = async () => {
    const saver = createAutosave(at.project, at);
    at.elsewhere({ title: "theirs" });
    saver.edit(title("mine"));
    await at.pass();
    return saver;
  };

  test("is not overwritten without being asked for", async () => {
    const saver = await meet();
    expect(saver.view().saving.state).toBe("conflict");
    saver.edit(title("mine too"));
    await at.pass();
    expect(at.project.title).toBe("theirs");
    expect(at.backup?.draft.title).toBe("mine too");
  });

  test("gives way when one keeps one's own", async () => {
    const saver = await meet();
    saver.keepMine();
    await at.pass();
    expect(at.project.title).toBe("mine");
    expect(saver.view().saving.state).toBe("saved");
  });

  test("is taken over when one takes it", async () => {
    const saver = await meet();
    saver.takeTheirs();
    await at.pass();
    expect(saver.view()).toMatchObject({ draft: { title: "theirs" }, saving: { state: "saved" } });
    expect(at.backup).toBeUndefined();
  });

  test("is shown where nothing of ours waits, and only then", () => {
    const saver = createAutosave(at.project, at);
    at.elsewhere({ title: "theirs" });
    saver.adopt(at.project);
    expect(saver.view().draft.title).toBe("theirs");
    saver.edit(title("mine"));
    at.elsewhere({ title: "theirs again" });
    saver.adopt(at.project);
    expect(saver.view().draft.title).toBe("mine");
  });
});

describe("a backup of an earlier visit", () => {
  const restored = (version: number) => ({ draft: { ...draftOf(at.project), title: "from this device" }, version });

  test("of the present version is sent", async () => {
    const saver = createAutosave(at.project, at, restored(1));
    await at.pass();
    expect(at.project.title).toBe("from this device");
    expect(saver.view().saving.state).toBe("saved");
  });

  test("of an older version is a question", () => {
    at.elsewhere({ title: "theirs" });
    const saver = createAutosave(at.project, at, restored(1));
    expect(saver.view().saving.state).toBe("conflict");
    expect(saver.view().draft.title).toBe("from this device");
  });

  test("that the API has got is dropped", () => {
    at.keep({ draft: draftOf(at.project), version: 1 });
    const saver = createAutosave(at.project, at, { draft: draftOf(at.project), version: 1 });
    expect(saver.view().saving.state).toBe("saved");
    expect(at.backup).toBeUndefined();
  });
});

describe("what is kept on the device", () => {
  test("is based on the version that it goes to, also when one writes while it is sent", async () => {
    const saver = createAutosave(at.project, at);
    saver.edit(title("one"));
    const sent = saver.flush();
    const { update } = at;
    at.update = (...call) => (at.updates === 1 ? Promise.reject(new UnreachableError("offline")) : update(...call));
    saver.edit(title("two"));
    await sent;
    expect(saver.view().saving.state).toBe("kept");
    expect(at.backup).toMatchObject({ draft: { title: "two" }, version: at.project.version });
  });

  test("is ours where the API has only tidied it", async () => {
    at.project = { ...at.project, title: "Psalmé", version: 2 };
    const saver = createAutosave(at.project, at, { draft: { ...draftOf(at.project), title: " Psalmé \n" }, version: 1 });
    await at.pass();
    expect(saver.view().saving.state).toBe("saved");
    expect(at.backup).toBeUndefined();
  });
});

test("nobody is asked again and again for one who is signed out", async () => {
  at.failures = [{ error: problem(401, "unauthenticated") }];
  const saver = createAutosave(at.project, at);
  saver.edit(title("words"));
  await at.pass();
  expect(saver.view().saving.state).toBe("kept");
  expect(at.timers.size).toBe(0);
  saver.wake(); // back again
  await at.pass();
  expect(at.project.title).toBe("words");
});
