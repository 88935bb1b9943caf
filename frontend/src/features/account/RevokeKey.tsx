import { useMutation } from "@tanstack/react-query";
import { revokeKey, type Key } from "../../api/account";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { since } from "../../components/times";
import { Trouble } from "./Trouble";

interface RevokeKeyProps {
  apiKey: Key;
  onClose: () => void;
  onRevoked: () => void;
}

export function RevokeKey({ apiKey, onClose, onRevoked }: RevokeKeyProps) {
  const revocation = useMutation({ mutationFn: () => revokeKey(apiKey.id), onSuccess: onRevoked });
  const used = apiKey.last_used_at;
  return (
    <Dialog
      title={`Revoke “${apiKey.name}”?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button look="danger" busy={revocation.isPending} onClick={() => revocation.mutate()}>
            Revoke
          </Button>
        </>
      }
    >
      <p>Programs that use it are refused at once and for good. What they made stays.</p>
      <p>{used === null ? "It was never used." : `It was last used ${since(used, new Date())}.`}</p>
      {revocation.error && <Trouble error={revocation.error} />}
    </Dialog>
  );
}
