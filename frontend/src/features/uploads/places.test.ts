import { expect, test } from "vitest";
import { placesOf } from "./places";

const scene = (upload_id: string) => ({ text: "", image_prompt: "", image_id: "", upload_id });

test("the places of an upload are named as a person counts them", () => {
  const project = { scenes: [scene("A"), scene("B"), scene("A"), scene("A")], music_upload_id: "M" };
  expect(placesOf(project, "A")).toBe("scene 1, scene 3, and scene 4");
  expect(placesOf(project, "B")).toBe("scene 2");
  expect(placesOf(project, "M")).toBe("background music");
});
