/**
 * The page to open after the sign-in: a path of this site, or undefined. What
 * the address bar says may come from anybody.
 */
export function safeNext(wanted: string | null | undefined): string | undefined {
  if (!wanted?.startsWith("/")) return undefined;
  const url = new URL(wanted, window.location.origin); // reads \ and // as browsers do
  return url.origin === window.location.origin ? url.pathname + url.search : undefined;
}
