import type { Voice } from "../../api/catalog";

/** The languages that a text can be said to be in, by their short names. */
const SHORT_NAMES =
  "af am ar be bg bn ca cs da de el en es fa fi fr gu he hi hr ht hu hy id it ja ka ko ml mr ne nl no pa pl pt ro ru sr sv sw ta te th tl tr uk ur vi zh";

const names = new Intl.DisplayNames("en", { type: "language" });

/** What a language is called in English: "es" and "es-MX" have names of their own. */
export function languageName(tag: string): string {
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag; // not a language tag
  }
}

/** What a language calls itself, with a capital: "Español". */
export function ownName(tag: string): string {
  try {
    const name = new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag;
    return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
  } catch {
    return tag; // not a language tag
  }
}

/** The language of a tag without its region: "pt" of "pt-BR". */
export const primary = (tag: string) => tag.split("-", 1)[0]?.toLowerCase() ?? "";

/** What can be chosen, by name; also what is chosen already. */
export function choosable(chosen: string): { value: string; label: string }[] {
  const all = new Set(SHORT_NAMES.split(" "));
  if (chosen !== "") all.add(chosen);
  return [...all].map((value) => ({ value, label: languageName(value) })).sort((a, b) => a.label.localeCompare(b.label, "en"));
}

/**
 * The voice that reads a text of a language ("" is not known), as the API takes it: the chosen one; else, also when the
 * chosen one is not offered any more, the first of the text's language. Nobody, undefined, where no voice reads it: the
 * video has captions only.
 */
export function readerOf(voices: readonly Voice[], id: string, written: string): Voice | undefined {
  const chosen = voices.find((v) => v.id === id);
  if (chosen) return chosen;
  if (written === "") return id === "default" ? voices.find((v) => v.default) : undefined;
  return voices.find((v) => primary(v.language) === written);
}

export interface Mismatch {
  /** Who reads it all the same; undefined where nobody does. */
  voice: Voice | undefined;
  /** A voice that reads the text's language; undefined where there is none. */
  proposed: Voice | undefined;
}

/** What is wrong with reading a text of a language ("" is not known) with a voice; undefined when nothing is. */
export function mismatch(voices: readonly Voice[], id: string, written: string): Mismatch | undefined {
  const voice = readerOf(voices, id, written);
  if (written === "" || (voice && primary(voice.language) === written)) return undefined;
  return { voice, proposed: voices.find((v) => primary(v.language) === written) };
}
