let guarding: ((step: PopStateEvent) => void) | undefined;

/**
 * Has to be called before the router is drawn: of two who listen to the window the
 * first hears first, and the router leaves the page at once.
 */
export function watchHistory() {
  window.addEventListener("popstate", (step) => guarding?.(step), true);
}

const here = () => window.location.pathname + window.location.search;

/** The place of an entry in the browser's history, as the router counts them. */
function placeIn(state: unknown): number | undefined {
  const place = typeof state === "object" && state !== null && "idx" in state ? state.idx : undefined;
  return typeof place === "number" ? place : undefined;
}

/**
 * Asks before one leaves with the browser's own buttons. They move before anybody can
 * refuse: so the step is kept from the router, which goes on showing the page, and
 * undone; `ask` is given what takes it after all. It returns what ends the guard.
 */
export function guardHistory(ask: (leave: () => void) => void): () => void {
  const guarded = here();
  const own = placeIn(window.history.state);
  const guard = (step: PopStateEvent) => {
    if (here() === guarded) return;
    step.stopImmediatePropagation();
    const to = placeIn(step.state);
    // An entry that is not the router's was made before it began.
    const by = own === undefined || to === undefined || to === own ? -1 : to - own;
    window.history.go(-by);
    ask(() => {
      end();
      window.history.go(by);
    });
  };
  const end = () => {
    if (guarding === guard) guarding = undefined;
  };
  guarding = guard;
  return end;
}
