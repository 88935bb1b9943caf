import { expect, test } from "vitest";
import { whereShown } from "./shown";

const scene = (imageId: string, uploadId = "") => ({ key: "k", text: "", imageId, uploadId });

test("the scenes that show a picture are named", () => {
  const scenes = [scene("A"), scene("B"), scene("A"), scene("A", "U")];
  expect(whereShown(scenes, "A")).toBe("Scenes 1 and 3");
  expect(whereShown(scenes, "B")).toBe("Scene 2");
  expect(whereShown(scenes, "C")).toBe("");
});
