let taken: string | undefined;

/**
 * The token of the link that opened this page; undefined when it has none. The
 * first call takes it out of the address and of this entry of the history.
 */
export function takeToken(): string | undefined {
  const token = new URLSearchParams(window.location.hash.slice(1)).get("token");
  if (window.location.hash !== "") {
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
    taken = token === null || token === "" ? undefined : token;
  }
  return taken;
}
