import { useMutation } from "@tanstack/react-query";
import { hasCode } from "../../api/problem";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/Notice";

interface DeleteVideoProps {
  finished: boolean;
  remove: () => Promise<unknown>;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteVideo({ finished, remove, onClose, onDeleted }: DeleteVideoProps) {
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
    <Dialog
      title="Delete this video?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button look="danger" busy={removal.isPending} onClick={() => removal.mutate()}>
            Delete
          </Button>
        </>
      }
    >
      <p>
        {finished ? "The video goes for good." : "What was made of it so far goes for good."} Its text stays, so that you can make
        it again.
      </p>
      {removal.error && <ErrorNotice error={removal.error} />}
    </Dialog>
  );
}
