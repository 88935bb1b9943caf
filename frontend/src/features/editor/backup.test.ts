import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backups, forget, unsent } from "./backup";
import { edited, type Draft } from "./draft";

const draft = (title: string): Draft => ({
  title,
  scenes: [{ key: "k", text: title, prompt: "", imageId: "", uploadId: "" }],
  voice: "default",
  language: "",
  aspect: "16:9",
  resolution: "720p",
  captions: true,
  musicId: "",
});

afterEach(() => vi.unstubAllGlobals());
beforeEach(() => localStorage.clear());

const titles = () => unsent("U", "P").map((b) => b.draft.title);

test("a page that has written nothing removes nothing of another one", () => {
  const writer = backups("U", "P");
  writer.keep({ draft: draft("unsent"), version: 1 });
  backups("U", "P").drop();
  expect(titles()).toEqual(["unsent"]);
});

test("two pages keep what each of them wrote", () => {
  const [first, second] = [backups("U", "P"), backups("U", "P")];
  first.keep({ draft: draft("first"), version: 1 });
  second.keep({ draft: draft("second"), version: 1 });
  second.drop();
  expect(titles()).toEqual(["first"]);
});

test("what was taken over goes once it is written anew, or sent", () => {
  backups("U", "P").keep({ draft: draft("before"), version: 1 });
  const next = backups("U", "P");
  expect(next.take()?.draft.title).toBe("before");
  expect(titles()).toEqual(["before"]);
  next.keep({ draft: draft("after"), version: 1 });
  expect(titles()).toEqual(["after"]);

  const last = backups("U", "P");
  last.take();
  last.drop();
  expect(titles()).toEqual([]);
});

test("what was taken over stays when its own page writes on", () => {
  const writer = backups("U", "P");
  writer.keep({ draft: draft("one"), version: 1 });
  const other = backups("U", "P");
  other.take();
  writer.keep({ draft: draft("two"), version: 1 });
  other.drop();
  expect(titles()).toEqual(["two"]);
});

test("people and projects are kept apart", () => {
  backups("U", "P").keep({ draft: draft("mine"), version: 1 });
  expect(unsent("V", "P")).toEqual([]);
  expect(unsent("U", "P2")).toEqual([]);
  forget("U", "P2");
  expect(titles()).toEqual(["mine"]);
  forget("U", "P");
  expect(titles()).toEqual([]);
});

test("rubbish under our name is passed over", () => {
  localStorage.setItem("devotionalai-draft/U/P/x", "{");
  expect(backups("U", "P").take()).toBeUndefined();
});

test("a scene added to a restored draft is one of its own", () => {
  const first = edited(draft("a"), { do: "add", after: undefined });
  backups("U", "P").keep({ draft: first, version: 1 });
  const restored = backups("U", "P").take()?.draft ?? draft("nothing");
  const keys = edited(restored, { do: "add", after: undefined }).scenes.map((s) => s.key);
  expect(new Set(keys).size).toBe(3);
});

test("what an older version of the page kept is read as it was meant", () => {
  const old: Partial<Draft> = draft("old");
  delete old.musicId;
  delete old.language;
  const scenes = [{ key: "k", text: "old", prompt: "", imageId: "I" }];
  localStorage.setItem("devotionalai-draft/U/P/slot", JSON.stringify({ draft: { ...old, scenes }, version: 1, at: 1 }));
  expect(unsent("U", "P")[0]?.draft).toMatchObject({ musicId: "", language: "", scenes: [{ imageId: "I", uploadId: "" }] });
});

test("uploads are kept with the rest", () => {
  const mine = draft("mine");
  const chosen = { ...mine, musicId: "M", scenes: [{ key: "k", text: "", prompt: "", imageId: "", uploadId: "U" }] };
  backups("U", "P").keep({ draft: chosen, version: 1 });
  expect(unsent("U", "P")[0]?.draft).toEqual(chosen);
});

test("does without where the browser forbids its storage", () => {
  const forbidden = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  vi.stubGlobal("localStorage", new Proxy({}, { get: forbidden, ownKeys: forbidden }));
  const mine = backups("U", "P");
  expect(mine.take()).toBeUndefined();
  expect(mine.keep({ draft: draft("unsent"), version: 1 })).toBe(false);
  mine.drop();
  forget("U", "P");
  expect(unsent("U", "P")).toEqual([]);
});
