import type { Project, ProjectDraft, Proposal } from "../../api/projects";

export const MAX_SCENES = 20;
export const MAX_TEXT = 1000;
export const MAX_PROMPT = 500;
export const MAX_TITLE = 120;
export const MAX_PASTED = 20_000;

export interface Scene {
  /** Names the scene while the page is open; the API knows scenes by their place only. */
  key: string;
  text: string;
  prompt: string;
  /** "" without a preview. */
  imageId: string;
  /** The person's own picture, instead of a painted one; "" without. */
  uploadId: string;
}

export interface Draft {
  title: string;
  scenes: readonly Scene[];
  voice: string;
  /** As the person chose it; "" is what the text says. */
  language: string;
  aspect: Project["aspect"];
  resolution: Project["resolution"];
  captions: boolean;
  /** The upload that is heard below the narration; "" without. */
  musicId: string;
}

export type Edit =
  | { do: "change"; what: Partial<Omit<Draft, "scenes">> }
  | { do: "change scene"; key: string; what: Partial<Omit<Scene, "key">> }
  | { do: "add"; after: string | undefined }
  | { do: "split"; key: string; at: number }
  | { do: "move"; key: string; by: -1 | 1 }
  | { do: "delete"; key: string }
  | { do: "put back"; scene: Scene; index: number }
  | { do: "replace"; draft: Draft };

// Backups hold keys too, so no page load may make one a second time.
const newKey = () => crypto.randomUUID();

const emptyScene = (): Scene => ({ key: newKey(), text: "", prompt: "", imageId: "", uploadId: "" });

/** Applies an edit; the draft itself where there is nothing to do. */
export function edited(draft: Draft, edit: Edit): Draft {
  switch (edit.do) {
    case "change":
      return { ...draft, ...edit.what };
    case "replace":
      return edit.draft;
    case "change scene":
      return { ...draft, scenes: draft.scenes.map((s) => (s.key === edit.key ? { ...s, ...edit.what } : s)) };
    case "delete":
      return { ...draft, scenes: draft.scenes.filter((s) => s.key !== edit.key) };
    case "put back":
      if (draft.scenes.length >= MAX_SCENES) return draft;
      return { ...draft, scenes: draft.scenes.toSpliced(edit.index, 0, edit.scene) };
    case "add": {
      if (draft.scenes.length >= MAX_SCENES) return draft;
      const at = edit.after === undefined ? draft.scenes.length : indexOf(draft, edit.after) + 1;
      return { ...draft, scenes: draft.scenes.toSpliced(at, 0, emptyScene()) };
    }
    case "move": {
      const from = indexOf(draft, edit.key);
      const to = from + edit.by;
      const scene = draft.scenes[from];
      if (!scene || to < 0 || to >= draft.scenes.length) return draft;
      return { ...draft, scenes: draft.scenes.toSpliced(from, 1).toSpliced(to, 0, scene) };
    }
    case "split": {
      const index = indexOf(draft, edit.key);
      const scene = draft.scenes[index];
      if (!scene || draft.scenes.length >= MAX_SCENES) return draft;
      const at = splitPoint(scene.text, edit.at);
      if (at === undefined) return draft;
      // The picture stays with the beginning; the rest gets one of its own.
      const first = { ...scene, text: scene.text.slice(0, at).trimEnd() };
      const second = { ...emptyScene(), text: scene.text.slice(at).trimStart() };
      return { ...draft, scenes: draft.scenes.toSpliced(index, 1, first, second) };
    }
  }
}

const indexOf = (draft: Draft, key: string) => draft.scenes.findIndex((s) => s.key === key);

/**
 * Where to cut a text: at the cursor or, when it stands at an end, at the end
 * of the sentence that is nearest to the middle. Undefined when either half
 * would be empty.
 */
export function splitPoint(text: string, cursor: number): number | undefined {
  const both = (at: number) => text.slice(0, at).trim() !== "" && text.slice(at).trim() !== "";
  if (both(cursor)) return cursor;
  const middle = text.length / 2;
  let best: number | undefined;
  for (const { index, segment } of new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text)) {
    const end = index + segment.length;
    if (both(end) && (best === undefined || Math.abs(end - middle) < Math.abs(best - middle))) best = end;
  }
  return best;
}

/** Length as the API counts it, in code points. */
export const lengthOf = (text: string) => Array.from(text).length;

/** Scenes keep the keys of `before` by their place, so that the page keeps its focus. */
export function draftOf(project: Project, before?: Draft): Draft {
  return {
    title: project.title,
    scenes: project.scenes.map((s, i) => ({
      key: before?.scenes[i]?.key ?? newKey(),
      text: s.text,
      prompt: s.image_prompt,
      imageId: s.image_id,
      uploadId: s.upload_id,
    })),
    voice: project.voice,
    language: project.language,
    aspect: project.aspect,
    resolution: project.resolution,
    captions: project.captions,
    musicId: project.music_upload_id ?? "",
  };
}

/**
 * What to send for `now` when the API has `then`; undefined when they are the
 * same. The API tidies texts when it stores them, so they are compared tidied.
 */
export function changes(then: Draft, now: Draft): ProjectDraft | undefined {
  const send: ProjectDraft = {
    ...(tidy(now.title) !== tidy(then.title) && { title: now.title }),
    ...(JSON.stringify(scenesOf(now, tidy)) !== JSON.stringify(scenesOf(then, tidy)) && { scenes: scenesOf(now) }),
    ...(now.voice !== then.voice && { voice: now.voice }),
    ...(now.language !== then.language && { language: now.language }),
    ...(now.aspect !== then.aspect && { aspect: now.aspect }),
    ...(now.resolution !== then.resolution && { resolution: now.resolution }),
    ...(now.captions !== then.captions && { captions: now.captions }),
    ...(now.musicId !== then.musicId && { music_upload_id: now.musicId || null }),
  };
  return Object.keys(send).length === 0 ? undefined : send;
}

const scenesOf = (draft: Draft, as = (text: string) => text) =>
  draft.scenes.map((s) => ({ text: as(s.text), image_prompt: as(s.prompt), image_id: s.imageId, upload_id: s.uploadId }));

/** A project that holds all of a draft. */
export function wholeOf({ musicId, ...draft }: Draft): ProjectDraft {
  return { ...draft, music_upload_id: musicId || null, scenes: scenesOf({ musicId, ...draft }) };
}

/**
 * A draft whose scenes are what a pasted text was split into. A voice that the
 * person chose stays, and so does the title where the text has none. Where none was
 * chosen, none is now: the default is the first voice of the text's language, which is
 * what the proposal names, and of the next text's language, if another one follows.
 */
export function pasted(draft: Draft, proposal: Proposal): Draft {
  return {
    ...draft,
    title: proposal.title === "" ? draft.title : proposal.title,
    scenes: proposal.scenes.map((s) => ({ ...emptyScene(), text: s.text, prompt: s.image_prompt })),
  };
}

/** A draft as an older version of this page kept it: what came since is empty. */
export function completed(kept: Draft): Draft {
  const scenes = kept.scenes.map((s) => ({ ...s, uploadId: (s as Partial<Scene>).uploadId ?? "" }));
  const { musicId = "", language = "" } = kept as Partial<Draft>;
  return { ...kept, scenes, musicId, language };
}

/** As shared/domains/plaintext: NFC, one kind of line break, no space around. */
const tidy = (text: string) =>
  text
    .replace(/\r\n|\u2028|\u2029/g, "\n")
    .normalize("NFC")
    .trim();

/** Where two versions part: the place, and what each has there. */
export function firstDifference(mine: Draft, theirs: Draft): { place: string; mine: string; theirs: string } {
  if (mine.title !== theirs.title) return { place: "Title", mine: mine.title, theirs: theirs.title };
  for (let i = 0; i < Math.max(mine.scenes.length, theirs.scenes.length); i++) {
    const [a, b] = [mine.scenes[i], theirs.scenes[i]];
    const place = `Scene ${i + 1}`;
    if (a?.text !== b?.text) return { place, mine: a ? a.text : "is not there", theirs: b ? b.text : "is not there" };
    if (a?.prompt !== b?.prompt) return { place: `Picture of scene ${i + 1}`, mine: a?.prompt ?? "", theirs: b?.prompt ?? "" };
    if (a?.imageId !== b?.imageId || a?.uploadId !== b?.uploadId) {
      return { place: `Picture of scene ${i + 1}`, ...apart(pictured(a), pictured(b)) };
    }
  }
  if (mine.musicId !== theirs.musicId) return { place: "Background music", ...apart(played(mine), played(theirs)) };
  return { place: "Settings", mine: settings(mine), theirs: settings(theirs) };
}

const pictured = (scene: Scene | undefined) =>
  scene?.uploadId ? "a picture of your own" : scene?.imageId ? "a preview" : "a picture that is painted with the video";

const played = (draft: Draft) => (draft.musicId ? "a piece of music" : "no music");

/** Two ids of the same kind read the same: then they are told apart in words. */
const apart = (mine: string, theirs: string) => ({ mine, theirs: mine === theirs ? `${theirs}, another one` : theirs });

const settings = (d: Draft) =>
  [d.aspect, d.resolution, d.voice, d.language || "language as found", d.captions ? "captions" : "no captions"].join(", ");
