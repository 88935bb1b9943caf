import type { Consent } from "../../api/youtube";

/** What Google sent a person back with: a consent, why there is none, or nothing that it sends. */
export type Answer = { consent: Consent } | { refused: string } | undefined;

let taken: Answer;

/**
 * What the address says that Google sent a person back to. The first call takes it
 * out of the address and of this entry of the history: a code is worth a channel.
 */
export function takeAnswer(): Answer {
  const { hash, pathname, search } = window.location;
  if (search === "" && hash === "") return taken;
  window.history.replaceState(window.history.state, "", pathname);
  taken = answerIn(new URLSearchParams(search));
  return taken;
}

/** Nobody needs it any more. */
export function forgetAnswer() {
  taken = undefined;
}

export function answerIn(params: URLSearchParams): Answer {
  const [code, state, error] = [params.get("code") ?? "", params.get("state") ?? "", params.get("error") ?? ""];
  if (error !== "") return { refused: error };
  return code !== "" && state !== "" ? { consent: { code, state } } : undefined;
}
