import { useState } from "react";
import { fieldErrors, sentenceFor, UnreachableError } from "../../api/problem";
import type { Saving } from "./autosave";

/** Says where the last edit is. Typing is not announced; trouble and its end are. */
export function SaveState({ saving, unsafe }: { saving: Saving; unsafe: boolean }) {
  const calm = ["saved", "waiting", "saving"].includes(saving.state) && !unsafe;
  const [troubled, setTroubled] = useState(false);
  if (!calm && !troubled) setTroubled(true);
  if (saving.state === "waiting" && calm && troubled) setTroubled(false);
  return (
    <p role="status" aria-live={calm && !troubled ? "off" : "polite"} className="save-state">
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
      return `Saved on this device only. ${refusal(saving.error)}`;
    case "conflict":
      return "Saved on this device; changed elsewhere too";
    case "gone":
      return "Saved on this device; the project was deleted elsewhere";
  }
}

/** The fields whose messages stand beside them. */
const marked = /^title$|^music_upload_id$|^scenes\[\d+\]\.(text|image_prompt|upload_id)$/;

/** What is wrong where no field can be marked, else that some are. */
function refusal(error: unknown): string {
  const unmarked = [...fieldErrors(error)].filter(([field]) => !marked.test(field));
  if (unmarked.length === 0) return `${sentenceFor(error)}${whichScene(error)}`;
  return unmarked.map(([field, message]) => `${field}: ${message}.`).join(" ");
}

/** The scene of the first marked field, which may be far away: " It is in scene 3." */
function whichScene(error: unknown): string {
  const scene = [...fieldErrors(error).keys()].map((field) => /^scenes\[(\d+)\]/.exec(field)?.[1]).find((n) => n !== undefined);
  return scene === undefined ? "" : ` It is in scene ${Number(scene) + 1}.`;
}

/** Why a video cannot be made of the draft as it is, and what to do first. */
export function unsavedReason(saving: Saving): string {
  switch (saving.state) {
    case "conflict":
      return "This project was changed elsewhere too. Decide first which version shall stay.";
    case "gone":
      return "This project was deleted elsewhere, so no video can be made of it. Copy your text into a new one.";
    case "refused":
      return `Your last changes are not saved yet. ${refusal(saving.error)}`;
    default:
      return "Your last changes are not saved yet. Wait until you are online and try again.";
  }
}
