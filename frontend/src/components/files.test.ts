import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { accepted, nameOf, typeOf, whyNot } from "./files";

test("the type of a file is what the browser says, or what its name does", () => {
  expect(typeOf("image", { name: "a.PNG", type: "image/png" })).toBe("image/png");
  expect(typeOf("image", { name: "a.JPG", type: "" })).toBe("image/jpeg");
  expect(typeOf("image", { name: "IMG_1.HEIC", type: "image/heic" })).toBe("image/heic");
  expect(typeOf("image", { name: "IMG_1.HEIC", type: "" }), "where the browser does not know it").toBe("image/heic");
  expect(typeOf("image", { name: "a.bmp", type: "image/bmp" })).toBeUndefined();
  expect(typeOf("image", { name: "page.png", type: "text/html" })).toBeUndefined();
  expect(typeOf("audio", { name: "a.m4a", type: "audio/x-m4a" })).toBe("audio/x-m4a");
  expect(typeOf("audio", { name: "a.m4a", type: "video/mp4" })).toBe("audio/mp4");
  expect(typeOf("audio", { name: "noend", type: "" })).toBeUndefined();
});

test("parameters, capitals and names that only some systems have do not matter", () => {
  expect(typeOf("audio", { name: "a", type: "audio/x-wav; codecs=1" })).toBe("audio/x-wav");
  expect(typeOf("image", { name: "a", type: "Image/JPG" })).toBe("image/jpg");
  expect(typeOf("audio", { name: "a.WAV", type: "audio/x-pcm-wav" })).toBe("audio/wav");
  expect(typeOf("image", { name: "a.png", type: "image/x-citrix-png" })).toBe("image/png");
  expect(typeOf("audio", { name: "a.ogg", type: "audio/ogg" })).toBeUndefined();
  expect(typeOf("image", { name: "a.png", type: "audio/x-pcm-wav" })).toBeUndefined();
});

test("what the API takes is what the page takes, and no other", () => {
  const document = JSON.parse(readFileSync("../docs/openapi.json", "utf8")) as {
    components: { schemas: { AnnouncementRequest: { properties: { content_type: { pattern: string } } } } };
  };
  const { pattern } = document.components.schemas.AnnouncementRequest.properties.content_type;
  const names = pattern.replace(/\[[A-Z]([a-z])\]/g, "$1").match(/(?:image|audio)\/[a-z0-9\\.-]+/g) ?? [];
  expect(names.length).toBeGreaterThan(20);
  for (const name of names.map((quoted) => quoted.replaceAll("\\", ""))) {
    expect(typeOf(name.startsWith("image/") ? "image" : "audio", { name: "noend", type: name }), name).toBe(name);
  }
  for (const kind of ["image", "audio"] as const) {
    for (const offered of accepted(kind).split(",")) {
      const type = offered.startsWith(".") ? typeOf(kind, { name: `a${offered}`, type: "" }) : offered;
      expect(type, offered).toMatch(new RegExp(pattern));
    }
  }
});

test("what cannot be used is said in a sentence with its name", () => {
  expect(whyNot("image", { name: "a.bmp", type: "image/bmp", size: 9 })).toMatch(/^“a.bmp” is not a picture .*\.$/);
  expect(whyNot("image", { name: "a.png", type: "image/png", size: 24_300_000 })).toBe(
    "“a.png” has 24.3 MB. A picture can have 20 MB at most.",
  );
  expect(whyNot("image", { name: "a.png", type: "image/png", size: 20_000_000 })).toBeUndefined();
  expect(whyNot("audio", { name: "a.mp3", type: "audio/mpeg", size: 0 })).toBe("“a.mp3” is empty.");
  expect(whyNot("audio", { name: "a.mp3", type: "audio/mpeg", size: 24_300_000 })).toBeUndefined();
});

test("a name is made one that the API takes", () => {
  expect(nameOf({ name: "holy\u0007 night.mp3" })).toBe("holy night.mp3");
  expect(nameOf({ name: "\n" })).toBe("unnamed");
  const long = nameOf({ name: `${"🕊".repeat(300)}.png` });
  expect(Array.from(long)).toHaveLength(200);
  expect(long).toMatch(/\.png$/);
});

test("the file input offers types and endings of all that the API takes", () => {
  const offered = accepted("image").split(",");
  for (const name of ["jpeg", "png", "webp", "gif", "avif", "heic", "heif"]) {
    expect(offered).toContain(`image/${name}`);
    expect(offered).toContain(`.${name}`);
  }
  expect(accepted("audio")).toContain(".mp3");
});
