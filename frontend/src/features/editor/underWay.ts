import { useSyncExternalStore } from "react";
import type { SendingFile } from "../../api/sending";

export interface OnItsWay {
  file: File;
  sending: SendingFile;
}

const files = new Map<string, OnItsWay>();
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Files that are being sent, by the place in a draft that waits for them. They
 * outlive the page, as drafts do: who comes back finds them. The code that sends
 * them is loaded with the first one.
 */
export const underWay = {
  all: () => [...files.values()],
  get: (slot: string) => files.get(slot),
  set(slot: string, one: OnItsWay | undefined) {
    if (one) files.set(slot, one);
    else files.delete(slot);
    for (const listener of listeners) listener();
  },
};

export const useUnderWay = (slot: string) => useSyncExternalStore(subscribe, () => files.get(slot));
