import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { leaveAccount } from "../../api/account";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Trouble } from "./Trouble";

interface LeaveProps {
  /** What is to be done once one has left. */
  left: () => Promise<void>;
}

/** Leaves the account for good; asked first. */
export function Leave({ left }: LeaveProps) {
  const [asking, setAsking] = useState(false);
  return (
    <section className="card account__section" aria-labelledby="leave-account">
      <h2 id="leave-account">Leave this account</h2>
      <div className="account__action">
        <p>What you made stays with the account. Your address is free for an account of its own.</p>
        <Button look="danger" onClick={() => setAsking(true)}>
          Leave this account
        </Button>
      </div>
      {asking && <LeaveDialog left={left} onClose={() => setAsking(false)} />}
    </section>
  );
}

export function LeaveDialog({ left, onClose }: LeaveProps & { onClose: () => void }) {
  const leaving = useMutation({
    mutationFn: async () => {
      await leaveAccount();
      await left();
    },
  });
  return (
    <Dialog
      title="Leave this account?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Stay</Button>
          <Button look="danger" busy={leaving.isPending} onClick={() => leaving.mutate()}>
            Leave
          </Button>
        </>
      }
    >
      <p>You are signed out everywhere at once, and see its projects and videos no more. They stay with the account.</p>
      <p>To come back, an owner has to invite you again. Signing in with your address then makes an account of your own.</p>
      {leaving.error && <Trouble error={leaving.error} />}
    </Dialog>
  );
}
