import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  cancelSubscription,
  isLive,
  portalPage,
  resumeSubscription,
  subscriptionQuery,
  type Plan,
  type Subscription,
} from "../../api/billing";
import { createOnce } from "../../api/intention";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { planName } from "../../components/plans";
import { dateOf } from "../../components/times";
import { useDeparture } from "../../components/useDeparture";
import { CancelDialog } from "./CancelDialog";
import { Mode } from "./Mode";
import { Trouble } from "./Trouble";
import { agreementOf, standingOf } from "./status";

interface CurrentPlanProps {
  subscription: Subscription;
  plans: readonly Plan[];
  owner: boolean;
  /** A payment is on its way, so there is something to see at the payment service. */
  awaited: boolean;
  canceling: boolean;
  onCanceling: (canceling: boolean) => void;
  /** Somebody leaves for the portal, where things can change. */
  onPortal: () => void;
}

/** Which plan is in force, how it stands, and what its owner can do about it. */
export function CurrentPlan({ subscription: s, plans, owner, awaited, canceling, onCanceling, onPortal }: CurrentPlanProps) {
  const queries = useQueryClient();
  const [once] = useState(createOnce);
  const [said, say] = useState("");
  const show = (now: Subscription) => queries.setQueryData(subscriptionQuery.queryKey, now);
  const resume = useMutation({
    mutationFn: () => once("resume", resumeSubscription),
    onMutate: () => say(""),
    onSuccess: (now) => {
      show(now);
      say("Your subscription goes on.");
    },
  });
  const portal = useDeparture(() => {
    onPortal();
    return portalPage();
  });
  const cancel = useMutation({
    mutationFn: () => once("cancel", cancelSubscription),
    onSuccess: (now) => {
      show(now);
      onCanceling(false);
      say(
        now.current_period_end === null
          ? "You have canceled."
          : `You have canceled. The subscription ends on ${dateOf(now.current_period_end)}.`,
      );
    },
  });
  const standing = standingOf(s);
  const agreement = agreementOf(s);
  const live = isLive(s);
  const badge = s.granted ? "Agreed" : s.status === "free" ? undefined : standing.badge;
  return (
    <section className="card billing__plan" aria-labelledby="plan">
      <h2 id="plan" tabIndex={-1}>
        Your plan
      </h2>
      <p className="billing__name">
        {planName(s.plan)}
        {badge !== undefined && <span className={`billing__badge billing__badge--${standing.tone}`}>{badge}</span>}
      </p>
      {agreement !== undefined && <p>{agreement}</p>}
      {(agreement === undefined || s.status !== "free") && (
        <p>
          {agreement !== undefined && `Besides, a subscription of ${planName(s.bought)} was bought here. `}
          {standing.text}
          {s.disputed && " A payment of it is disputed at the bank."}
        </p>
      )}
      <p role="status" className={said === "" ? "visually-hidden" : "billing__said"}>
        {said}
      </p>
      {portal.error && <Trouble error={portal.error} retry={() => portal.go()} />}
      {resume.error && <Trouble error={resume.error} retry={() => resume.mutate()} />}
      {s.mode !== "off" && owner && (s.status !== "free" || awaited) && (
        <div className="row">
          {live && s.cancel_at_period_end && (
            <Button busy={resume.isPending} onClick={() => resume.mutate()}>
              Keep the subscription
            </Button>
          )}
          <Button busy={portal.busy} onClick={() => portal.go()}>
            Payment and invoices
          </Button>
          {live && !s.cancel_at_period_end && (
            <Button
              look="danger"
              onClick={() => {
                say("");
                onCanceling(true);
              }}
            >
              Cancel subscription
            </Button>
          )}
        </div>
      )}
      <Mode mode={s.mode} />
      {!owner && s.mode !== "off" && (
        <Notice>Only owners of the account change its plan. Ask one of them: whoever invited you is one, or knows one.</Notice>
      )}
      {canceling && (
        <CancelDialog
          subscription={s}
          free={plans.find((plan) => plan.id === "free")}
          busy={cancel.isPending}
          error={cancel.error}
          cancel={() => cancel.mutate()}
          onClose={() => {
            cancel.reset();
            onCanceling(false);
          }}
        />
      )}
    </section>
  );
}
