import { expect, test } from "vitest";
import { codeOf } from "./code";

test.each([
  "K7M2QX",
  "k7m2qx",
  "k7m-2qx",
  " K7M 2QX ",
  "K7M – 2QX", // a dash that an editor made longer
  "k 7 m 2 q x",
  "K7M\u00a02QX\n",
  "\u200bK7M2QX",
  "Ｋ７Ｍ２ＱＸ", // a keyboard for East Asian letters
  "K7M2QX.",
])("%j is the code", (written) => {
  expect(codeOf(written)).toBe("K7M2QX");
});

test.each(["", "K7M2Q", "K7M2QX7", "K7M2Q!", "Your code: K7M2QX", "😀😀😀", "КММКММ"])("%j is none", (written) => {
  expect(codeOf(written)).toBeUndefined();
});
