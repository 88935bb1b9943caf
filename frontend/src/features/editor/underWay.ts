import { useSyncExternalStore } from "react";
import type { SendingFile } from "../../api/sending";

export interface OnItsWay {
  file: File;
  sending: SendingFile;
}

const files = new Map<string, OnItsWay>();
const ends = new Map<string, () => void>();
const listeners = new Set<() => void>();

function tell() {
  for (const listener of listeners) listener();
}

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
    ends.get(slot)?.();
    if (one) {
      files.set(slot, one);
      ends.set(slot, one.sending.subscribe(tell));
    } else {
      files.delete(slot);
      ends.delete(slot);
    }
    tell();
  },
  /** Gives up what is being sent to the places that begin so: to a scene, to a draft, or anywhere. */
  cancel: (places: string) =>
    Promise.all([...files].filter(([slot]) => slot.startsWith(places)).map(([, { sending }]) => sending.cancel())),
};

/** The name of a file that a draft still waits for. */
export const useAwaited = (project: string) =>
  useSyncExternalStore(
    subscribe,
    () => [...files].find(([slot, { sending }]) => slot.startsWith(`${project}/`) && isMoving(sending))?.[1].file.name,
  );

const isMoving = (sending: SendingFile) => ["sending", "checking"].includes(sending.view().state);

export const useUnderWay = (slot: string) => useSyncExternalStore(subscribe, () => files.get(slot));
