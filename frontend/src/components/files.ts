import type { UploadKind } from "../api/uploads";
import { bytesOf } from "./metrics";

interface Rule {
  types: readonly string[];
  /** By the end of a name, for browsers that do not know the type. */
  endings: Record<string, string>;
  most: number; // bytes
  wrong: string;
  what: string;
}

// The server decides; these save the way to it.
const rules: Record<UploadKind, Rule> = {
  image: {
    types: [
      "image/jpeg",
      "image/jpg",
      "image/pjpeg",
      "image/png",
      "image/x-png",
      "image/apng",
      "image/webp",
      "image/gif",
      "image/avif",
      "image/heic",
      "image/heif",
    ],
    endings: {
      jpg: "image/jpeg",
      jpeg: "image/jpeg",
      png: "image/png",
      apng: "image/apng",
      webp: "image/webp",
      gif: "image/gif",
      avif: "image/avif",
      heic: "image/heic",
      heif: "image/heif",
    },
    most: 20_000_000,
    wrong: "is not a picture that can be used. Choose a JPEG, PNG, WebP, GIF, AVIF or HEIC file.",
    what: "A picture",
  },
  audio: {
    types: [
      "audio/mpeg",
      "audio/mp3",
      "audio/x-mp3",
      "audio/x-mpeg",
      "audio/wav",
      "audio/x-wav",
      "audio/x-pn-wav",
      "audio/wave",
      "audio/vnd.wave",
      "audio/mp4",
      "audio/m4a",
      "audio/x-m4a",
      "audio/aac",
    ],
    endings: { mp3: "audio/mpeg", wav: "audio/wav", m4a: "audio/mp4" },
    most: 100_000_000,
    wrong: "is not a sound that can be used. Choose an MP3, WAV or M4A file.",
    what: "A piece of music",
  },
};

/** For a file input. */
export const accepted = (kind: UploadKind) =>
  [...rules[kind].types, ...Object.keys(rules[kind].endings).map((ending) => `.${ending}`)].join(",");

/** The content type to announce a file with; undefined when it is none of its kind. */
export function typeOf(kind: UploadKind, file: { name: string; type: string }): string | undefined {
  const { types, endings } = rules[kind];
  const type = file.type.replace(/;.*/s, "").trim().toLowerCase();
  if (types.includes(type)) return type;
  // Systems have names of their own for a kind, or none; the file's ending says which it is.
  const unsaid = ["", "application/octet-stream", "video/mp4"].includes(type) || type.startsWith(`${kind}/`);
  return unsaid ? endings[/\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? ""] : undefined;
}

/** Why a file cannot be uploaded, as a sentence; undefined when nothing speaks against it here. */
export function whyNot(kind: UploadKind, file: { name: string; type: string; size: number }): string | undefined {
  const rule = rules[kind];
  if (typeOf(kind, file) === undefined) return `“${file.name}” ${rule.wrong}`;
  if (file.size === 0) return `“${file.name}” is empty.`;
  if (file.size > rule.most)
    return `“${file.name}” has ${bytesOf(file.size)}. ${rule.what} can have ${bytesOf(rule.most)} at most.`;
  return undefined;
}

const LONGEST = 200; // code points, as the API counts

/** A file's name as the API takes it: with its end, which says what it is. */
export function nameOf(file: { name: string }): string {
  const letters = Array.from(file.name.replace(/\p{Cc}/gu, "").trim());
  if (letters.length === 0) return "unnamed";
  return letters.length <= LONGEST ? letters.join("") : [...letters.slice(0, LONGEST - 21), "…", ...letters.slice(-20)].join("");
}
