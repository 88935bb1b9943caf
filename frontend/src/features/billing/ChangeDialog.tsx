import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { changePlan, type Plan, type Subscription } from "../../api/billing";
import { createOnce } from "../../api/intention";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { priceOf } from "../../components/plans";
import { Trouble } from "./Trouble";

interface ChangeDialogProps {
  plan: Plan;
  dearer: boolean;
  onClose: () => void;
  onChanged: (now: Subscription) => void;
}

export function ChangeDialog({ plan, dearer, onClose, onChanged }: ChangeDialogProps) {
  const [once] = useState(createOnce);
  const change = useMutation({ mutationFn: () => once(plan.id, () => changePlan(plan.id)), onSuccess: onChanged });
  return (
    <Dialog
      title={`Change to ${plan.name}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Leave it as it is</Button>
          <Button look="main" busy={change.isPending} onClick={() => change.mutate()}>
            Change to {plan.name}
          </Button>
        </>
      }
    >
      <p>
        {plan.name} costs {priceOf(plan)} a month, before tax.{" "}
        {dearer
          ? "For the rest of this month the difference is charged now."
          : "The difference for the rest of this month is credited to your next invoice."}
      </p>
      {change.error && <Trouble error={change.error} />}
    </Dialog>
  );
}
