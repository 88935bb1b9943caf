import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { portalPage, subscriptionQuery } from "../../api/billing";
import { useUser } from "../../api/useSession";
import { Button } from "../../components/Button";
import { ErrorNotice, Notice } from "../../components/Notice";
import { useDeparture } from "../../components/useDeparture";
import { wayBack } from "../../components/wayBack";
import { troubleOf } from "./status";

/**
 * What is wrong with the payment, on every page. For owners it stays until it is
 * right; others can put it away, since they cannot help it.
 */
export function PlanAlert() {
  const user = useUser();
  const subscription = useQuery(subscriptionQuery);
  const portal = useDeparture(() => {
    wayBack.keep("portal", "/billing"); // so that the page asks for what was done there
    return portalPage();
  });
  const [away, putAway] = useState("");
  const trouble = subscription.data && troubleOf(subscription.data);
  if (!trouble) return null;
  const owner = user.role === "owner";
  if (!owner && away === trouble.kind) return null;
  return (
    <section aria-label="Payment">
      <Notice
        tone="near"
        actions={
          !owner ? (
            <Button small onClick={() => putAway(trouble.kind)}>
              I have read it
            </Button>
          ) : (
            trouble.act !== undefined &&
            subscription.data.mode !== "off" && (
              <Button small look="main" busy={portal.busy} onClick={() => portal.go()}>
                {trouble.act}
              </Button>
            )
          )
        }
      >
        {owner ? trouble.owner : trouble.member}
      </Notice>
      {portal.error && <ErrorNotice error={portal.error} />}
    </section>
  );
}
