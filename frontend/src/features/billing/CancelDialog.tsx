import type { Plan, Subscription } from "../../api/billing";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { planName, quotaOf } from "../../components/plans";
import { dateOf } from "../../components/times";
import { Trouble } from "./Trouble";

interface CancelDialogProps {
  subscription: Subscription;
  free: Plan | undefined;
  busy: boolean;
  error: unknown;
  cancel: () => void;
  onClose: () => void;
}

export function CancelDialog({ subscription: s, free, busy, error, cancel, onClose }: CancelDialogProps) {
  const plan = planName(s.bought);
  const room = free && quotaOf(free, "storage_mb");
  return (
    <Dialog
      title={`Cancel ${plan}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep {plan}</Button>
          <Button look="danger" busy={busy} onClick={cancel}>
            Cancel subscription
          </Button>
        </>
      }
    >
      <p>
        {s.current_period_end === null
          ? `${plan} ends with the month that is paid.`
          : `${plan} stays in force until ${dateOf(s.current_period_end)}.`}{" "}
        Nothing more is charged, and until then you can take this back.
      </p>
      <p>
        After that the account is on Free. What you made stays, what is being made is finished, and whoever is a member stays one.
        {room !== undefined && ` If more than ${room} is stored then, nothing new can be made until there is room.`}
      </p>
      {error !== null && <Trouble error={error} />}
    </Dialog>
  );
}
