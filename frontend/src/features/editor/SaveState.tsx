import { sentenceFor, UnreachableError } from "../../api/problem";
import type { Saving } from "./autosave";

/** Says where the last edit is. Typing is not announced, its outcome is. */
export function SaveState({ saving, unsafe }: { saving: Saving; unsafe: boolean }) {
  return (
    <p role="status" className="save-state">
      {unsafe && saving.state !== "saved"
        ? "This device has no room for a copy. Keep this page open until it is saved."
        : text(saving)}
    </p>
  );
}

function text(saving: Saving): string {
  switch (saving.state) {
    case "saved":
      return "All changes saved";
    case "waiting":
    case "saving":
      return "Saving …";
    case "kept":
      return saving.error instanceof UnreachableError
        ? "Saved on this device; will be sent when you are online"
        : "Saved on this device; will be sent in a moment";
    case "refused":
      return `Saved on this device only. ${sentenceFor(saving.error)}`;
    case "conflict":
      return "Saved on this device; changed elsewhere too";
    case "gone":
      return "Saved on this device; the project was deleted elsewhere";
  }
}
