/**
 * A text that is shown once. It lives in this closure alone, so that neither the
 * state nor the properties of a component hold it, and nothing can be asked for
 * it once it is forgotten.
 */
export interface Secret {
  /** The text; empty once it is forgotten. */
  read: () => string;
  forget: () => void;
}

export function hide(text: string): Secret {
  let kept = text;
  return {
    read: () => kept,
    forget: () => {
      kept = "";
    },
  };
}
