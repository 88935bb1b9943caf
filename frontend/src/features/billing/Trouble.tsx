import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { subscriptionQuery } from "../../api/billing";
import { session } from "../../api/client";
import { hasCode } from "../../api/problem";
import { ErrorNotice } from "../../components/Notice";

/** What went wrong. Some refusals say that the page is behind: what it rests on is read anew. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const queries = useQueryClient();
  const behind = hasCode(error, "subscription_exists", "no_subscription", "plan_granted");
  const forbidden = hasCode(error, "forbidden");
  useEffect(() => {
    if (behind) void queries.invalidateQueries({ queryKey: subscriptionQuery.queryKey });
    if (forbidden) void session.renew().catch(() => undefined); // the page says what it knows
  }, [queries, behind, forbidden]);
  const again = !behind && !forbidden && !hasCode(error, "plan_by_contact", "billing_not_set_up");
  return retry && again ? <ErrorNotice error={error} retry={retry} /> : <ErrorNotice error={error} />;
}
