import { useMutation } from "@tanstack/react-query";
import { removeMember, type Member } from "../../api/account";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Trouble } from "./Trouble";

interface RemoveMemberProps {
  member: Member;
  onClose: () => void;
  onRemoved: () => void;
}

export function RemoveMember({ member, onClose, onRemoved }: RemoveMemberProps) {
  const removal = useMutation({ mutationFn: () => removeMember(member.id), onSuccess: onRemoved });
  return (
    <Dialog
      title={`Remove ${member.email}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button look="danger" busy={removal.isPending} onClick={() => removal.mutate()}>
            Remove
          </Button>
        </>
      }
    >
      <p>They are signed out everywhere at once, and may do nothing here any more.</p>
      <p>
        What they made stays with the account; their address and sessions are erased. API keys stay too: revoke those that they
        know. Their address is free for an account of its own.
      </p>
      {removal.error && <Trouble error={removal.error} />}
    </Dialog>
  );
}
