import { expect, test } from "vitest";
import type { Voice } from "../../api/catalog";
import { choosable, languageName, mismatch, ownName, primary, readerOf } from "./languages";

const voice = (id: string, language: string, isDefault = false): Voice => ({
  id,
  name: id,
  language,
  default: isDefault,
  sample_url: "",
});
const voices = [voice("grace", "en-US", true), voice("ruth", "en-GB"), voice("lucia", "es-ES"), voice("mateo", "es-MX")];

test("a voice of the text's language is no mismatch, whatever its region", () => {
  expect(mismatch(voices, "mateo", "es")).toBeUndefined();
  expect(mismatch(voices, "default", "en")).toBeUndefined();
});

test("a language that is not known says nothing", () => {
  expect(mismatch(voices, "grace", "")).toBeUndefined();
  expect(mismatch(voices, "gone", "")).toBeUndefined();
});

test("another voice is named with the first that reads the text", () => {
  expect(mismatch(voices, "default", "es")).toBeUndefined(); // it is the first of the text's language
  expect(mismatch(voices, "grace", "es")).toMatchObject({ voice: { id: "grace" }, proposed: { id: "lucia" } });
  expect(mismatch(voices, "mateo", "en")).toMatchObject({ voice: { id: "mateo" }, proposed: { id: "grace" } });
  expect(mismatch(voices, "ruth", "th")).toEqual({ voice: voices[1], proposed: undefined });
});

test("of a language that nobody reads only a chosen voice is one that reads it badly", () => {
  expect(mismatch(voices, "default", "th")).toEqual({ voice: undefined, proposed: undefined });
  expect(mismatch(voices, "gone", "th")).toEqual({ voice: undefined, proposed: undefined });
  expect(mismatch(voices, "gone", "es")).toBeUndefined(); // another one reads it
});

test("languages have names, and what is chosen is among what can be chosen", () => {
  expect(primary("pt-BR")).toBe("pt");
  expect(languageName("ko")).toBe("Korean");
  expect(languageName("!")).toBe("!");
  expect(choosable("").some((o) => o.value === "ko")).toBe(true);
  expect(choosable("yo").find((o) => o.value === "yo")?.label).toBe("Yoruba");
});

test("the voice that is shown as chosen is the one that reads", () => {
  expect(readerOf(voices, "default", "es")?.id).toBe("lucia");
  expect(readerOf(voices, "default", "")?.id).toBe("grace");
  expect(readerOf(voices, "mateo", "en")?.id).toBe("mateo");
  expect(readerOf(voices, "default", "th")).toBeUndefined(); // the video has captions only
  expect(readerOf(voices, "grace", "th")?.id).toBe("grace");
  expect(readerOf(voices, "gone", "es")?.id).toBe("lucia");
  expect(readerOf(voices, "gone", "th")).toBeUndefined();
  expect(readerOf(voices, "gone", "")).toBeUndefined(); // the API alone knows what it read
});

test("languages have the names that they give themselves", () => {
  expect(ownName("es")).toBe("Español");
  expect(ownName("fr")).toBe("Français");
  expect(ownName("!")).toBe("!");
});
