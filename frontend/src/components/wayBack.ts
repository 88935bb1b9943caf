/** The pages elsewhere. */
type Elsewhere = "billing" | "portal" | "youtube";

/**
 * Where somebody was before they left for a page elsewhere, kept by this tab
 * until they are back. A browser may forbid it: then they come back to a page
 * that suits everybody.
 */
export const wayBack = {
  keep(from: Elsewhere, path: string) {
    try {
      sessionStorage.setItem(`devotionalai-before-${from}`, path);
    } catch {
      // Nothing is kept.
    }
  },

  /** A path of this app; undefined when none was kept. */
  from(where: Elsewhere): string | undefined {
    try {
      const path = sessionStorage.getItem(`devotionalai-before-${where}`);
      return path !== null && /^\/(?![/\\])/.test(path) ? path : undefined;
    } catch {
      return undefined;
    }
  },

  forget(from: Elsewhere) {
    try {
      sessionStorage.removeItem(`devotionalai-before-${from}`);
    } catch {
      // Nothing was kept.
    }
  },
};
