const LENGTH = 6;

/**
 * The code as it was mailed, from how people write it: in small letters, with
 * spaces or dashes, or pasted with what stood around it. Undefined when it
 * cannot be one.
 */
export function codeOf(written: string): string | undefined {
  const code = written
    .normalize("NFKC")
    .replace(/[\s\p{Pd}\p{Cf}.]/gu, "")
    .toUpperCase();
  return code.length === LENGTH && /^[A-Z0-9]+$/.test(code) ? code : undefined;
}
