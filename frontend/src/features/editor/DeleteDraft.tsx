import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { hasCode } from "../../api/problem";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Icon } from "../../components/Icon";
import { ErrorNotice } from "../../components/Notice";

export function DeleteDraft({ remove, onDeleted }: { remove: () => Promise<unknown>; onDeleted: () => void }) {
  const [asked, setAsked] = useState(false);
  const removal = useMutation({
    mutationFn: async () => {
      try {
        await remove();
      } catch (error) {
        if (!hasCode(error, "not_found")) throw error; // somebody was first
      }
    },
    onSuccess: onDeleted,
  });
  return (
    <div>
      <Button look="danger" onClick={() => setAsked(true)}>
        <Icon name="delete" />
        Delete draft
      </Button>
      {asked && (
        <Dialog
          title="Delete this draft?"
          onClose={() => setAsked(false)}
          actions={
            <>
              <Button onClick={() => setAsked(false)}>Keep</Button>
              <Button look="danger" busy={removal.isPending} onClick={() => removal.mutate()}>
                Delete
              </Button>
            </>
          }
        >
          <p>The text and the pictures that were made for it go for good. Videos that you made of it stay.</p>
          {removal.error && <ErrorNotice error={removal.error} />}
        </Dialog>
      )}
    </div>
  );
}
