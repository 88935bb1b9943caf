import { useEffect, useState } from "react";
import { Link } from "react-router";
import type { Subscription } from "../../api/billing";
import { Button, buttonClass } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { planName } from "../../components/plans";
import { LATE_MS } from "./waiting";

export type Outcome = "success" | "canceled";

interface ReturnedProps {
  outcome: Outcome;
  /** What was bought, once it is here. */
  arrived: Subscription | undefined;
  /** Where the person was before. */
  back: string | undefined;
  look: () => void;
  looking: boolean;
}

/** What became of a checkout. The payment service tells us in a way of its own, a little later than it sends the person back. */
export function Returned({ outcome, arrived, back, look, looking }: ReturnedProps) {
  const late = useLate(outcome === "success" && arrived === undefined);
  const goOn = back !== undefined && (
    <Link className={buttonClass({ small: true })} to={back}>
      Go on where you were
    </Link>
  );
  if (outcome === "canceled")
    return <Notice actions={goOn}>You left the checkout. Nothing was bought, and nothing is charged.</Notice>;
  if (arrived) {
    return (
      <Notice actions={goOn}>
        <strong>{planName(arrived.bought)} is yours.</strong>{" "}
        {arrived.granted
          ? "What was agreed with you stays in force until it ends."
          : arrived.status === "trialing"
            ? "The trial has begun, and your new quotas are below."
            : "The payment has arrived, and your new quotas are below."}
      </Notice>
    );
  }
  if (!late) {
    return (
      <Notice>
        <strong>Waiting for the payment service to confirm your payment …</strong> This takes a few seconds. Your new quotas then
        show here by themselves.
      </Notice>
    );
  }
  return (
    <Notice
      tone="near"
      actions={
        <Button small busy={looking} onClick={look}>
          Look again
        </Button>
      }
    >
      <strong>The payment service has not confirmed yet.</strong> Do not pay a second time. You can leave this page: the plan
      changes as soon as it has, which can take some minutes with some banks. If there is nothing here in an hour, look under
      “Payment and invoices” whether it went through, and write to us.
    </Notice>
  );
}

/** Whether one has been waiting for a minute. */
function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return late;
}
