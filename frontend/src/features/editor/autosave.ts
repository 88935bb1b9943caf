import { restAfter } from "../../api/polling";
import { fieldErrors, hasCode, isPassing } from "../../api/problem";
import type { Project, ProjectDraft } from "../../api/projects";
import { changes, draftOf, edited, type Draft, type Edit } from "./draft";

export type Saving =
  | { state: "saved" }
  | { state: "waiting" } // for a pause in the typing
  | { state: "saving" }
  | { state: "kept"; error: unknown } // on this device; sent when that can work
  | { state: "refused"; error: unknown } // until what is wrong is changed
  | { state: "conflict"; theirs: Project }
  | { state: "gone" };

export interface View {
  readonly draft: Draft;
  readonly version: number;
  readonly saving: Saving;
  /** The device itself has no room for a backup. */
  readonly unsafe: boolean;
}

/** What a draft is kept with; the page's clock and stores, in the tests others. */
export interface Parts {
  update: (version: number, draft: ProjectDraft) => Promise<Project>;
  fetch: () => Promise<Project>;
  keep: (backup: { draft: Draft; version: number }) => boolean;
  /** Everything is sent. */
  drop: () => void;
  /** Runs a function later and answers how to call that off. */
  later: (run: () => void, ms: number) => () => void;
}

const PAUSE_MS = 700;
const AGAIN_MS = 5_000;

/**
 * Keeps a draft: on this device with every edit, at the API after a pause. One
 * request is under way at most; an edit made meanwhile goes with the next one.
 * A change made elsewhere is never overwritten without being asked for.
 */
export function createAutosave(project: Project, parts: Parts, restored?: { draft: Draft; version: number }) {
  let known = draftOf(project, restored?.draft);
  let view: View = { draft: restored?.draft ?? known, version: project.version, saving: { state: "saved" }, unsafe: false };
  let attempted: Draft | undefined; // sent without an answer: the API may have it
  let callOff: (() => void) | undefined;
  let running: Promise<void> | undefined;
  const listeners = new Set<() => void>();

  function show(change: Partial<View>) {
    view = { ...view, ...change };
    for (const listener of listeners) listener();
  }

  function edit(change: Edit) {
    const draft = edited(view.draft, change);
    if (draft === view.draft) return;
    show({ draft });
    keep();
    if (view.saving.state === "conflict" || view.saving.state === "gone") return;
    if (!running) show({ saving: { state: "waiting" } });
    schedule(PAUSE_MS);
  }

  function keep() {
    show({ unsafe: !parts.keep({ draft: view.draft, version: view.version }) });
  }

  /** The version that the draft is now based on; what is still unsent is kept with it. */
  function rebase(version: number, saving: Saving) {
    show({ version, saving });
    if (changes(known, view.draft)) keep();
  }

  function schedule(ms: number) {
    callOff?.();
    callOff = parts.later(() => void flush(), ms);
  }

  /** Sends what is not sent yet, and resolves when nothing is left or nothing more can be done now. */
  async function flush(): Promise<void> {
    callOff?.();
    while (running) await running;
    if (view.saving.state === "conflict" || view.saving.state === "gone") return;
    const send = changes(known, view.draft);
    if (!send) {
      settle();
      return;
    }
    running = save(send, view.draft).finally(() => {
      running = undefined;
    });
    await running;
    if (view.saving.state === "waiting") await flush();
  }

  function settle() {
    parts.drop();
    show({ saving: { state: "saved" }, unsafe: false });
  }

  async function save(send: ProjectDraft, sent: Draft) {
    show({ saving: { state: "saving" } });
    try {
      const answer = await parts.update(view.version, send);
      known = sent;
      rebase(answer.version, { state: "waiting" });
      if (view.draft === sent) settle();
    } catch (error) {
      if (isPassing(error)) attempted = sent;
      await refused(error);
    }
  }

  async function refused(error: unknown) {
    if (hasCode(error, "precondition_failed")) {
      await compare();
    } else if (hasCode(error, "not_found")) {
      show({ saving: { state: "gone" } });
    } else if (isPassing(error)) {
      show({ saving: { state: "kept", error } });
      schedule(Math.max(AGAIN_MS, restAfter(error) * 1_000));
    } else if (hasCode(error, "unauthenticated", "session_ended")) {
      show({ saving: { state: "kept", error } }); // until the person is back
    } else {
      show({ saving: { state: "refused", error } });
    }
  }

  /** A version that we did not make: our own answer that was lost, or somebody else's change. */
  async function compare() {
    let theirs: Project;
    try {
      theirs = await parts.fetch();
    } catch (error) {
      await refused(error);
      return;
    }
    const there = draftOf(theirs, view.draft);
    const ours = [view.draft, known, attempted].some((draft) => draft && !changes(there, draft));
    if (!ours) {
      show({ saving: { state: "conflict", theirs } });
      return;
    }
    known = there;
    rebase(theirs.version, { state: "waiting" });
  }

  function resolve(project: Project, draft: Draft) {
    known = draftOf(project, draft);
    show({ draft });
    rebase(project.version, { state: "waiting" });
    void flush();
  }

  // A backup from a version that is not the present one is somebody's decision.
  if (restored) {
    if (changes(known, restored.draft) === undefined) parts.drop();
    else if (restored.version === project.version) {
      show({ saving: { state: "waiting" } });
      schedule(0);
    } else show({ saving: { state: "conflict", theirs: project } });
  }

  return {
    view: () => view,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    edit,
    flush,
    /** Asks again at once, for example because the browser is online again. */
    wake: () => {
      if (view.saving.state === "kept") void flush();
    },
    /** Takes over a newer version where nothing of ours waits to be sent. */
    adopt: (project: Project) => {
      if (running || view.saving.state !== "saved" || project.version <= view.version) return;
      known = draftOf(project, view.draft);
      show({ draft: known, version: project.version });
    },
    keepMine: () => {
      if (view.saving.state === "conflict") resolve(view.saving.theirs, view.draft);
    },
    takeTheirs: () => {
      if (view.saving.state === "conflict") resolve(view.saving.theirs, draftOf(view.saving.theirs));
    },
    stop: () => callOff?.(),
  };
}

export type Autosave = ReturnType<typeof createAutosave>;

/** The message for one field of the draft, from what the API refused. */
export function fieldMessage(saving: Saving, field: string): string | undefined {
  return saving.state === "refused" ? fieldErrors(saving.error).get(field) : undefined;
}
