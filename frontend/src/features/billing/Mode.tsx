import type { Subscription } from "../../api/billing";
import { Notice } from "../../components/Notice";

/** Says when no money is taken here. */
export function Mode({ mode }: { mode: Subscription["mode"] }) {
  if (mode === "mock") {
    return (
      <Notice tone="near">
        <strong>Test mode: no money moves.</strong> The checkout and the payment page play the payment service, and everything
        behind them is as it would be with it.
      </Notice>
    );
  }
  if (mode === "off") {
    return (
      <Notice>
        <strong>Billing is not set up here,</strong> so plans cannot be bought or changed in the app. Whoever runs this service
        sets the plan.
      </Notice>
    );
  }
  return null;
}
