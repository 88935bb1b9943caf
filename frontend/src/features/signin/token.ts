import { useEffect, useState } from "react";

let taken: { path: string; token: string } | undefined;

/**
 * The token of the link that opened this page; undefined when it has none. The
 * first call takes it out of the address and of this entry of the history.
 */
export function takeToken(): string | undefined {
  const { hash, pathname, search } = window.location;
  const token = new URLSearchParams(hash.slice(1)).get("token");
  if (hash !== "") {
    window.history.replaceState(window.history.state, "", pathname + search);
    taken = token === null || token === "" ? undefined : { path: pathname, token };
  }
  // What one page took is not for another: a link signs in, or invites.
  return taken?.path === pathname ? taken.token : undefined;
}

/** The token that opened this page; another link opened in this tab brings its own. */
export function useToken(onAnother: () => void): string | undefined {
  const [token, setToken] = useState(takeToken);
  // A second link opened in this tab changes nothing but the fragment.
  useEffect(() => {
    const take = () => {
      if (window.location.hash === "") return;
      setToken(takeToken());
      onAnother();
    };
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, [onAnother]);
  return token;
}
