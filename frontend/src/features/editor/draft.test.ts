import { describe, expect, test } from "vitest";
import type { Project } from "../../api/projects";
import { changes, draftOf, edited, firstDifference, lengthOf, MAX_SCENES, splitPoint, type Draft } from "./draft";

const scene = (key: string, text = "", imageId = "") => ({ key, text, prompt: "", imageId });
const draft = (...scenes: Draft["scenes"][number][]): Draft => ({
  title: "Psalm 23",
  scenes,
  voice: "default",
  aspect: "16:9",
  resolution: "1080p",
  captions: true,
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
    version: 3,
    created_at: "2026-11-01T00:00:00Z",
    updated_at: "2026-11-01T00:00:00Z",
    scenes: [{ text: "Yahweh is my shepherd.", image_prompt: "a hill", image_id: "" }],
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
      scenes: [{ text: "I shall lack nothing.", image_prompt: "a hill", image_id: "" }],
    });
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
});
