import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { subscriptionQuery } from "../../api/billing";
import { session } from "../../api/client";
import { usageQuery } from "../../api/usage";
import { useUser } from "../../api/useSession";

/**
 * When another plan is in force than the session knows, reads anew what depends on
 * it: a payment arrives, or a subscription ends, while pages are open.
 */
export function usePlanInStep() {
  const queries = useQueryClient();
  const { plan: known } = useUser();
  const plan = useQuery(subscriptionQuery).data?.plan;
  const apart = plan !== undefined && plan !== known;
  useEffect(() => {
    if (!apart) return;
    void queries.invalidateQueries({ queryKey: usageQuery.queryKey });
    void queries.invalidateQueries({ queryKey: ["quote"] });
    void session.renew().catch(() => undefined); // what is shown rests on the subscription
  }, [queries, apart, plan]);
}
