import { describe, expect, test } from "vitest";
import type { Project } from "../../api/projects";
import { changes, draftOf, edited, firstDifference, lengthOf, MAX_SCENES, splitPoint, wholeOf, type Draft } from "./draft";

const scene = (key: string, text = "", imageId = "", uploadId = "") => ({ key, text, prompt: "", imageId, uploadId });
const draft = (...scenes: Draft["scenes"][number][]): Draft => ({
  title: "Psalm 23",
  scenes,
  voice: "default",
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
