import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { createIntention } from "../../api/intention";
import { createProject, type Project } from "../../api/projects";
import { Button } from "../../components/Button";
import { ErrorNotice, Notice } from "../../components/Notice";
import { forget, unsent } from "./backup";
import { wholeOf } from "./draft";
import { closeDraft } from "./useAutosave";

interface LostDraftProps {
  user: string;
  /** Id of a project that is gone. */
  project: string;
  onSaved: (project: Project) => void;
}

/** Offers what this device still has of a project that is gone; nothing where it has none. */
export function LostDraft({ user, project, onSaved }: LostDraftProps) {
  const [kept] = useState(() => unsent(user, project)[0]);
  const [carryOut] = useState(createIntention);
  const save = useMutation({
    mutationFn: (draft: NonNullable<typeof kept>["draft"]) => carryOut(project, (key) => createProject(wholeOf(draft), key)),
    onSuccess: (made) => {
      closeDraft(user, project);
      forget(user, project);
      onSaved(made);
    },
  });
  if (!kept) return null;
  return (
    <>
      <Notice
        tone="near"
        actions={
          <Button small busy={save.isPending} onClick={() => save.mutate(kept.draft)}>
            Make a new draft of it
          </Button>
        }
      >
        What you wrote last, “{kept.draft.title}”, is still on this device.
      </Notice>
      {save.error && <ErrorNotice error={save.error} />}
    </>
  );
}
