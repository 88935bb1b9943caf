/** The API's own limit; a longer address is not worth a refused sign-in. */
const LONGEST = 512;

/**
 * The page to open after the sign-in: a path of this site, or undefined. What
 * the address bar says may come from anybody.
 */
export function safeNext(wanted: string | null | undefined): string | undefined {
  if (!wanted?.startsWith("/")) return undefined;
  if (!URL.canParse(wanted, window.location.origin)) return undefined;
  const url = new URL(wanted, window.location.origin); // reads \ and // as browsers do
  if (url.origin !== window.location.origin) return undefined;
  const next = url.pathname + url.search;
  return next.length <= LONGEST ? next : undefined;
}
