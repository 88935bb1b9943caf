import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { checkoutPage, subscriptionQuery, type PaidPlan, type Plan, type PlanId, type Subscription } from "../../api/billing";
import { metrics } from "../../api/usage";
import { Button, buttonClass } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { metricName } from "../../components/metrics";
import { answerTo, featureName, NO_LIMIT, priceOf, quotaOf, type Wanted } from "../../components/plans";
import { useDeparture } from "../../components/useDeparture";
import { ChangeDialog } from "./ChangeDialog";
import { Trouble } from "./Trouble";
import { moveTo, type Move } from "./moves";

interface PlanCardsProps {
  plans: readonly Plan[];
  contact: string;
  subscription: Subscription;
  owner: boolean;
  wanted: Wanted;
  /** Somebody leaves for a checkout. */
  onCheckout: () => void;
  onCancel: () => void;
  /** A change was asked for; it is in force a little later. */
  onChanged: () => void;
}

/** The plan that is shown as the one for most. */
const FEATURED: PlanId = "pro";

export function PlanCards({ plans, contact, subscription, owner, wanted, onCheckout, onCancel, onChanged }: PlanCardsProps) {
  const queries = useQueryClient();
  const [changing, setChanging] = useState<{ plan: Plan; dearer: boolean }>();
  const checkout = useDeparture((plan: PaidPlan) => {
    onCheckout();
    return checkoutPage(plan);
  });
  return (
    <section className="stack" aria-labelledby="plans">
      <h2 id="plans">Plans</h2>
      <ul className="plans">
        {plans.map((plan) => {
          const move: Move = owner ? moveTo(plan, plans, subscription) : { do: "nothing", note: "" };
          return (
            <PlanCard
              key={plan.id}
              plan={plan}
              current={subscription.plan === plan.id}
              wanted={wanted.plan === plan.id ? wanted : undefined}
            >
              {move.do === "buy" ? (
                <>
                  {checkout.error && checkout.what === plan.id && (
                    <Trouble error={checkout.error} retry={() => checkout.go(move.plan)} />
                  )}
                  <Button look="main" busy={checkout.busy} onClick={() => checkout.go(move.plan)}>
                    {checkout.busy && checkout.what === plan.id ? "Opening the checkout …" : `Upgrade to ${plan.name}`}
                  </Button>
                </>
              ) : move.do === "change" ? (
                <Button look={move.dearer ? "main" : "plain"} onClick={() => setChanging({ plan, dearer: move.dearer })}>
                  Change to {plan.name}
                </Button>
              ) : move.do === "cancel" ? (
                <Button onClick={onCancel}>Go back to {plan.name}</Button>
              ) : move.do === "ask" ? (
                <a className={buttonClass()} href={contact}>
                  Contact us
                </a>
              ) : move.do === "resume" ? (
                <p className="soft">It is canceled. Above, under “Your plan”, you can keep it.</p>
              ) : (
                move.note !== "" && <p className="soft">{move.note}</p>
              )}
            </PlanCard>
          );
        })}
      </ul>
      {changing && (
        <ChangeDialog
          {...changing}
          onClose={() => setChanging(undefined)}
          onChanged={(now) => {
            queries.setQueryData(subscriptionQuery.queryKey, now);
            setChanging(undefined);
            onChanged();
          }}
        />
      )}
    </section>
  );
}

interface PlanCardProps {
  plan: Plan;
  current: boolean;
  wanted: Wanted | undefined;
  children: React.ReactNode;
}

function PlanCard({ plan, current, wanted, children }: PlanCardProps) {
  const card = useRef<HTMLLIElement>(null);
  const sought = wanted !== undefined;
  // Who was sent here for this plan finds it before them.
  useEffect(() => {
    if (sought) card.current?.scrollIntoView({ block: "center" });
  }, [sought]);
  const answer = wanted && answerTo(wanted.reason, plan);
  const featured = plan.id === FEATURED;
  return (
    <li ref={card} className={`card plan${featured ? " plan--featured" : ""}${sought ? " plan--sought" : ""}`}>
      <h3 className="plan__name" id={`plan-${plan.id}`}>
        {plan.name}{" "}
        {current ? <span className="plan__mark">Your plan</span> : featured && <span className="plan__mark">For most</span>}
      </h3>
      <p className="plan__price">
        <strong>{priceOf(plan)}</strong>
        {plan.price !== null && plan.price.cents > 0 && <span className="soft"> a month, before tax</span>}
      </p>
      {answer !== undefined && <p className="plan__answer">{answer}</p>}
      <ul className="plan__parts">
        {metrics.map((metric) => {
          const quota = quotaOf(plan, metric);
          return (
            quota !== undefined && (
              <li key={metric}>
                <Icon name="check" size={18} />
                <span>
                  {metricName(metric)}: {quota === NO_LIMIT ? "no limit" : quota}
                </span>
              </li>
            )
          );
        })}
        {plan.features.map((feature) => (
          <li key={feature}>
            <Icon name="check" size={18} />
            <span>{featureName(feature)}</span>
          </li>
        ))}
      </ul>
      <div className="plan__act">{children}</div>
    </li>
  );
}
