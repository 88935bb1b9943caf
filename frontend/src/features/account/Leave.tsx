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
      <h2 id="leave-account">Leave, and erase what is yours</h2>
      <div className="account__action">
        <p>
          What is yours is erased: your address, your sessions, and all that leads to you. What you made is the account’s, and
          stays with it.
        </p>
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
      <p>
        What is yours is erased right after: your address, where you were signed in, sign-in mails and what we noted of them. The
        record of what was done in the account keeps a number in your place, so that others see “a former member”.
      </p>{" "}
      <p>To come back, an owner has to invite you again. Signing in with your address then makes an account of your own.</p>
      {leaving.error && <Trouble error={leaving.error} />}
    </Dialog>
  );
}
