import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { guardHistory, watchHistory } from "./historyGuard";

const router = vi.fn();
const ends: (() => void)[] = [];
const go = vi.fn<(by?: number) => void>();

/** The browser has stepped to an entry of the history, and tells of it. */
function stepTo(path: string, state: unknown) {
  window.history.replaceState(state, "", path);
  window.dispatchEvent(new PopStateEvent("popstate", { state }));
}

beforeAll(watchHistory);

beforeEach(() => {
  router.mockReset();
  go.mockReset();
  vi.spyOn(window.history, "go").mockImplementation(go);
  window.addEventListener("popstate", router);
  window.history.replaceState({ idx: 3 }, "", "/account/keys");
});

afterEach(() => {
  for (const end of ends.splice(0)) end();
  window.removeEventListener("popstate", router);
  vi.restoreAllMocks();
});

test.each([
  ["back", { idx: 2 }, -1],
  ["forward", { idx: 4 }, 1],
  ["several back", { idx: 0 }, -3],
  ["to where the router was not yet", null, -1],
])("a step %s is undone and asked about", (_, state, by) => {
  const ask = vi.fn<(leave: () => void) => void>();
  ends.push(guardHistory(ask));
  stepTo("/account/members", state);
  expect(router).not.toHaveBeenCalled();
  expect(go.mock.calls).toEqual([[-by]]);
  expect(ask).toHaveBeenCalledOnce();

  stepTo("/account/keys", { idx: 3 }); // undone
  expect(ask).toHaveBeenCalledOnce();
  ask.mock.calls[0]?.[0]();
  expect(go).toHaveBeenLastCalledWith(by);
  router.mockReset();
  stepTo("/account/members", state);
  expect(router, "the answer was to leave").toHaveBeenCalledOnce();
});

test("a place of the same page is free to go to, and so is any once the guard has ended", () => {
  const ask = vi.fn();
  const end = guardHistory(ask);
  stepTo("/account/keys#main", null);
  end();
  stepTo("/videos", { idx: 2 });
  expect(router).toHaveBeenCalledTimes(2);
  expect(ask).not.toHaveBeenCalled();
  expect(go).not.toHaveBeenCalled();
});
