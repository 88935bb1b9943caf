import type { Plan, Subscription } from "../../api/billing";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { planName, quotaOf } from "../../components/plans";
import { Trouble } from "./Trouble";
import { cancelingOf } from "./status";

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
  const { until, after } = cancelingOf(s);
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
      <p>{until}</p>
      <p>
        {after}
        {room !== undefined && !s.granted && ` If more than ${room} is stored then, nothing new can be made until there is room.`}
      </p>
      {error !== null && <Trouble error={error} />}
    </Dialog>
  );
}
