import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation, useSearchParams } from "react-router";
import { hasArrived, isSettling, plansQuery, subscriptionQuery, type Subscription } from "../api/billing";
import { useUser } from "../api/useSession";
import { ErrorNotice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { Skeleton } from "../components/Skeleton";
import { UsageBanner } from "../components/UsageBanner";
import { wantedIn } from "../components/plans";
import { wayBack } from "../components/wayBack";
import { Compare } from "../features/billing/Compare";
import { CurrentPlan } from "../features/billing/CurrentPlan";
import { PlanCards } from "../features/billing/PlanCards";
import { Questions } from "../features/billing/Questions";
import { Returned, type Outcome } from "../features/billing/Returned";
import { nextLook } from "../features/billing/waiting";
import "./BillingPage.css";

export function BillingPage() {
  const user = useUser();
  const owner = user.role === "owner";
  const [params] = useSearchParams();
  const wanted = wantedIn(params);
  const { state } = useLocation() as { state: { from?: string } | null };
  const { outcome, back } = useReturn();
  const fromPortal = useFromPortal();
  const [canceling, setCanceling] = useState(false);
  const [since, setSince] = useState(Date.now);
  const plans = useQuery(plansQuery);
  const isAwaited = (s: Subscription | undefined) =>
    s !== undefined && (isSettling(s) || (outcome === "success" && !hasArrived(s)));
  const subscription = useQuery({
    ...subscriptionQuery,
    // Who comes back from elsewhere, or to see the plan, sees it as it is now.
    refetchOnMount: "always",
    refetchInterval: ({ state: { data, error, dataUpdatedAt, errorUpdatedAt } }) => {
      const answered = Math.max(dataUpdatedAt, errorUpdatedAt);
      return (isAwaited(data) || (fromPortal && answered - since < HEARD_MS)) && nextLook(since, answered, error);
    },
  });
  const arrived = useArrived(outcome, subscription.data);
  const offered = plans.data;
  const now = subscription.data;
  const error = subscription.error ?? plans.error;
  const retry = () => void Promise.all([subscription.refetch(), plans.refetch()]);
  return (
    <>
      <PageTitle title="Billing" />
      {outcome !== undefined && now && (
        <Returned
          outcome={outcome}
          arrived={arrived}
          back={back}
          look={() => void subscription.refetch()}
          looking={subscription.isFetching}
        />
      )}
      {error && <ErrorNotice error={error} retry={retry} busy={subscription.isFetching || plans.isFetching} />}
      {now && offered ? (
        <CurrentPlan
          subscription={now}
          plans={offered.items}
          owner={owner}
          awaited={isAwaited(now)}
          canceling={canceling}
          onCanceling={setCanceling}
          onPortal={() => wayBack.keep("portal", "/billing")}
        />
      ) : (
        !error && <Skeleton height={11} label="Loading your plan" />
      )}
      <section className="stack" aria-labelledby="used">
        <h2 id="used">Used this month</h2>
        <UsageBanner upgrade={false} />
      </section>
      {now && offered ? (
        <>
          <PlanCards
            plans={offered.items}
            contact={offered.contact_url}
            subscription={now}
            owner={owner}
            wanted={wanted}
            onCheckout={() => {
              if (state?.from === undefined) wayBack.forget("billing");
              else wayBack.keep("billing", state.from);
            }}
            onCancel={() => setCanceling(true)}
            onChanged={() => setSince(Date.now())}
          />
          <Compare plans={offered.items} />
        </>
      ) : (
        !error && <Skeleton height={30} label="Loading the plans" />
      )}
      <Questions />
    </>
  );
}

/**
 * What the address says of a checkout that one comes back from, and where one was
 * before. The address forgets it once it was read, and the page knows it until it is left.
 */
function useReturn(): { outcome: Outcome | undefined; back: string | undefined } {
  const [params, setParams] = useSearchParams();
  const said = params.get("checkout");
  const now: Outcome | undefined = said === "success" || said === "canceled" ? said : undefined;
  const [outcome, setOutcome] = useState(now);
  const [back] = useState(() => wayBack.from("billing"));
  if (now !== undefined && now !== outcome) setOutcome(now);
  // A payment that is awaited is awaited after a reload too.
  const forget = now === "canceled";
  useEffect(() => {
    if (forget) setParams({}, { replace: true });
  }, [forget, setParams]);
  return { outcome, back };
}

/** What is done in the portal is heard of within this time, as a rule. */
const HEARD_MS = 20_000;

/** Whether one comes back from the portal, where things may have changed. */
function useFromPortal(): boolean {
  const [was] = useState(() => wayBack.from("portal") !== undefined);
  useEffect(() => wayBack.forget("portal"), []);
  return was;
}

/** The subscription that a checkout brought, once it is here; then the address says nothing of it any more. */
function useArrived(outcome: Outcome | undefined, s: Subscription | undefined): Subscription | undefined {
  const [, setParams] = useSearchParams();
  const here = outcome === "success" && s !== undefined && hasArrived(s);
  useEffect(() => {
    if (!here) return;
    wayBack.forget("billing");
    setParams({}, { replace: true });
  }, [here, setParams]);
  return here ? s : undefined;
}
