import { describe, expect, test } from "vitest";
import type { Voice } from "../../api/catalog";
import type { Project, Proposal } from "../../api/projects";
import {
  changes,
  draftOf,
  edited,
  firstDifference,
  lengthOf,
  MAX_SCENES,
  pasted,
  splitPoint,
  wholeOf,
  type Draft,
} from "./draft";
import { readerOf } from "./languages";

const scene = (key: string, text = "", imageId = "", uploadId = "") => ({ key, text, prompt: "", imageId, uploadId });
const draft = (...scenes: Draft["scenes"][number][]): Draft => ({
  title: "Psalm 23",
  scenes,
  voice: "default",
  language: "",
  aspect: "16:9",
  resolution: "1080p",
  captions: true,
  musicId: "",
});
const keys = (d: Draft) => d.scenes.map((s) => s.key).join(" ");
const texts = (d: Draft) => d.scenes.map((s) => s.text);

describe("scenes", () => {
  const three = draft(scene("a"), scene("b"), scene("c"));

  test("move up and down, but not past the ends", () => {
    expect(keys(edited(three, { do: "move", key: "b", by: -1 }))).toBe("b a c");
    expect(keys(edited(three, { do: "move", key: "b", by: 1 }))).toBe("a c b");
    expect(edited(three, { do: "move", key: "a", by: -1 })).toBe(three);
    expect(edited(three, { do: "move", key: "c", by: 1 })).toBe(three);
  });

  test("are added after another one or at the end", () => {
    expect(
      edited(three, { do: "add", after: "a" })
        .scenes.map((s) => s.key)
        .indexOf("b"),
    ).toBe(2);
    expect(edited(three, { do: "add", after: undefined }).scenes).toHaveLength(4);
  });

  test("are at most twenty, split or added", () => {
    const full = draft(...Array.from({ length: MAX_SCENES }, (_, i) => scene(`s${i}`, "One. Two.")));
    expect(edited(full, { do: "add", after: "s3" })).toBe(full);
    expect(edited(full, { do: "split", key: "s3", at: 5 })).toBe(full);
  });

  test("a deleted one goes back to its place", () => {
    const without = edited(three, { do: "delete", key: "b" });
    expect(keys(without)).toBe("a c");
    expect(keys(edited(without, { do: "put back", scene: scene("b"), index: 1 }))).toBe("a b c");
  });

  test("split at the cursor; the picture stays with the beginning", () => {
    const split = edited(draft(scene("a", "Be still, and know.", "IMAGE")), { do: "split", key: "a", at: 9 });
    expect(texts(split)).toEqual(["Be still,", "and know."]);
    expect(split.scenes.map((s) => s.imageId)).toEqual(["IMAGE", ""]);
  });
});

describe("the point of a split", () => {
  test("at an end of the text it is the sentence's end nearest to the middle", () => {
    const text = "One. Two words here. Three.";
    expect(text.slice(splitPoint(text, 0)).trim()).toBe("Three.");
    expect(splitPoint(text, text.length)).toBe(splitPoint(text, 0));
  });

  test("there is none in one sentence or in no text", () => {
    expect(splitPoint("One sentence only.", 0)).toBeUndefined();
    expect(splitPoint("   ", 1)).toBeUndefined();
  });
});

describe("what is sent", () => {
  const project: Project = {
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
    version: 3,
    created_at: "2026-11-01T00:00:00Z",
    updated_at: "2026-11-01T00:00:00Z",
    scenes: [{ text: "Yahweh is my shepherd.", image_prompt: "a hill", image_id: "", upload_id: "" }],
  };

  test("is nothing for what the API has", () => {
    expect(changes(draftOf(project), draftOf(project))).toBeUndefined();
  });

  test("is what changed alone", () => {
    const then = draftOf(project);
    const now = edited(edited(then, { do: "change", what: { captions: false } }), {
      do: "change scene",
      key: then.scenes[0]?.key ?? "",
      what: { text: "I shall lack nothing." },
    });
    expect(changes(then, now)).toEqual({
      captions: false,
      scenes: [{ text: "I shall lack nothing.", image_prompt: "a hill", image_id: "", upload_id: "" }],
    });
  });

  test("names uploads, and takes them back", () => {
    const then = draftOf(project);
    const key = then.scenes[0]?.key ?? "";
    const music = edited(then, { do: "change", what: { musicId: "M" } });
    const picture = edited(music, { do: "change scene", key, what: { uploadId: "U" } });
    expect(changes(then, music)).toEqual({ music_upload_id: "M" });
    expect(changes(music, picture)).toEqual({ scenes: [expect.objectContaining({ upload_id: "U", image_id: "" })] });
    expect(changes(music, then)).toEqual({ music_upload_id: null });
    expect(changes(then, draftOf({ ...project, music_upload_id: null }))).toBeUndefined();
  });

  test("of a whole draft holds what the API knows, and no more", () => {
    const whole = wholeOf({ ...draftOf(project), musicId: "M" });
    expect(whole).toMatchObject({ title: "Psalm 23", music_upload_id: "M" });
    expect(whole).not.toHaveProperty("musicId");
    expect(whole.scenes?.[0]).not.toHaveProperty("key");
  });

  test("keeps the keys of the scenes that are on the page", () => {
    const shown = draftOf(project);
    expect(draftOf(project, shown).scenes[0]?.key).toBe(shown.scenes[0]?.key);
  });
});

describe("a pasted text", () => {
  const proposal = {
    title: "A new day",
    language: "es",
    voice: "lucia",
    scenes: [
      { text: "Uno.", image_prompt: "a hill" },
      { text: "Dos.", image_prompt: "a lake", reference: "Salmo 23:1" },
    ],
  } as unknown as Proposal;

  test("takes the place of title and scenes, and undo brings all back", () => {
    const before = { ...draft(scene("a", "One.", "IMAGE")), musicId: "M" };
    const after = pasted(before, proposal);
    expect(after).toMatchObject({ title: "A new day", voice: "default", musicId: "M", language: "" });
    expect(after.scenes.map((s) => [s.text, s.prompt, s.imageId])).toEqual([
      ["Uno.", "a hill", ""],
      ["Dos.", "a lake", ""],
    ]);
    expect(new Set(after.scenes.map((s) => s.key)).size).toBe(2);
    expect(edited(after, { do: "replace", draft: before })).toEqual(before);
    expect(changes(after, before)).toMatchObject({
      title: "Psalm 23",
      scenes: [{ text: "One.", image_id: "IMAGE" }],
    });
  });

  test("has the voice of its language proposed, and so has the next one, until the person chooses", () => {
    const voices = [
      { id: "grace", language: "en-US", default: true },
      { id: "lucia", language: "es-ES" },
      { id: "jieun", language: "ko-KR" },
    ] as Voice[];
    const korean = { ...proposal, language: "ko", voice: "jieun" };
    const once = pasted(draft(), proposal);
    expect(readerOf(voices, once.voice, "es")?.id).toBe("lucia");
    const twice = pasted(once, korean);
    expect(readerOf(voices, twice.voice, "ko")?.id).toBe("jieun");
    const chosen = edited(once, { do: "change", what: { voice: "lucia" } });
    expect(readerOf(voices, pasted(chosen, korean).voice, "ko")?.id).toBe("lucia");
  });

  test("keeps the voice that was chosen, and the title where it has none", () => {
    const after = pasted({ ...draft(), voice: "ruth" }, { ...proposal, title: "" });
    expect(after).toMatchObject({ title: "Psalm 23", voice: "ruth" });
  });
});

test("a language is sent when it is chosen and when that is taken back", () => {
  const then = draft();
  const now = edited(then, { do: "change", what: { language: "ko" } });
  expect(changes(then, now)).toEqual({ language: "ko" });
  expect(changes(now, then)).toEqual({ language: "" });
});

test("lengths are counted in code points", () => {
  expect(lengthOf("🕊️a")).toBe(3);
});

test("two versions are told apart by the first thing that differs", () => {
  const mine = draft(scene("a", "One."), scene("b", "Two."));
  expect(firstDifference(mine, draft(scene("x", "One."), scene("y", "2.")))).toEqual({
    place: "Scene 2",
    mine: "Two.",
    theirs: "2.",
  });
  expect(firstDifference(mine, draft(scene("x", "One.")))).toMatchObject({ place: "Scene 2", theirs: "is not there" });
  expect(firstDifference({ ...mine, title: "Mine" }, mine)).toMatchObject({ place: "Title", mine: "Mine" });
  expect(firstDifference(mine, { ...mine, captions: false })).toMatchObject({ place: "Settings" });
  const [own, other] = [draft(scene("a", "One.", "", "U1")), draft(scene("x", "One.", "", "U2"))];
  expect(firstDifference(own, draft(scene("x", "One.", "I")))).toEqual({
    place: "Picture of scene 1",
    mine: "a picture of your own",
    theirs: "a preview",
  });
  expect(firstDifference(own, other)).toMatchObject({ theirs: "a picture of your own, another one" });
  expect(firstDifference({ ...mine, musicId: "M" }, mine)).toEqual({
    place: "Background music",
    mine: "a piece of music",
    theirs: "no music",
  });
});
