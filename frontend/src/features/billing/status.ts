import { isLive, type Subscription } from "../../api/billing";
import { planName } from "../../components/plans";
import { dateOf } from "../../components/times";

export interface Standing {
  /** A few words, to stand beside the plan's name. */
  badge: string;
  tone: "good" | "calm" | "near" | "bad";
  /** What it means, in sentences. */
  text: string;
}

/** What was bought, and how it stands. */
export function standingOf(s: Subscription): Standing {
  const plan = planName(s.bought);
  const period = s.current_period_end === null ? undefined : dateOf(s.current_period_end);
  const end = period ?? "the end of the month that is paid";
  switch (s.status) {
    case "free":
      return { badge: "Free", tone: "calm", text: "Nothing is bought, and nothing is charged." };
    case "trialing": {
      const until = s.trial_end === null ? end : dateOf(s.trial_end);
      return s.cancel_at_period_end
        ? { badge: `Trial, ends on ${until}`, tone: "near", text: `The trial ends on ${until}, and is not paid after that.` }
        : {
            badge: `Trial until ${until}`,
            tone: "good",
            text: `The trial is free until ${until}. From then on it is paid month by month.`,
          };
    }
    case "active":
      if (s.cancel_at_period_end) {
        return {
          badge: `Ends on ${end}`,
          tone: "near",
          text: `It is canceled. All of ${plan} is yours until ${end}, and nothing more is charged.`,
        };
      }
      return {
        badge: period === undefined ? "Active" : `Active until ${end}`,
        tone: "good",
        text: period === undefined ? "It is paid month by month." : `It is paid until ${end}, and renewed then.`,
      };
    case "past_due":
      return {
        badge: "Payment overdue",
        tone: "bad",
        text: `The last payment did not go through. ${plan} goes on while it is tried again${s.cancel_at_period_end ? `, and ends on ${end}` : ""}.`,
      };
    case "unpaid":
      return {
        badge: "Not paid",
        tone: "bad",
        text: `The payment failed each time it was tried. ${plan} begins again when the open invoice is paid.`,
      };
    case "paused":
      return {
        badge: "Paused",
        tone: "near",
        text: `The trial ended without a way to pay. ${plan} begins again when there is one.`,
      };
    case "incomplete":
      return {
        badge: "Not complete",
        tone: "near",
        text: `The first payment of ${plan} is not complete. Nothing is charged until it is.`,
      };
    case "incomplete_expired":
      return {
        badge: "Not bought",
        tone: "calm",
        text: `The first payment of ${plan} was not completed in time, so nothing was bought or charged.`,
      };
    case "canceled":
      return { badge: "Ended", tone: "calm", text: `Your subscription of ${plan} has ended. Nothing is charged any more.` };
  }
}

/** What an operator of the service has agreed with the account. */
export function agreementOf({ granted }: Subscription): string | undefined {
  if (granted === null) return undefined;
  const until = granted.until === null ? "Its end is not agreed yet" : `Until ${dateOf(granted.until)}`;
  return `${planName(granted.plan)} was agreed with you. ${until}, it is in force whatever is bought.`;
}

/** What canceling would mean, in sentences: until when, and for the account after that. */
export function cancelingOf(s: Subscription): { until: string; after: string } {
  const plan = planName(s.bought);
  const end = s.current_period_end === null ? "the end of the month that is paid" : dateOf(s.current_period_end);
  const back = "until then you can take this back.";
  const granted = s.granted && `What was agreed with you stays: the account is on ${planName(s.granted.plan)}.`;
  if (s.status === "unpaid" || s.status === "paused") {
    const why = s.status === "unpaid" ? "because it is not paid" : "because there is no way to pay";
    const ends = s.current_period_end === null ? "The subscription then ends with its period" : `The subscription ends on ${end}`;
    return {
      until: `${plan} is not in force now, ${why}. ${ends}, and ${back}`,
      after: granted ?? "The account stays on Free, and what you made is all there.",
    };
  }
  const charged =
    s.status === "past_due" ? "The payment that is overdue is still tried; nothing else is charged" : "Nothing more is charged";
  return {
    until: `${s.granted ? "The subscription goes on" : `${plan} stays in force`} until ${end}. ${charged}, and ${back}`,
    after:
      granted ??
      "After that the account is on Free. What you made stays, what is being made is finished, and whoever is a member stays one.",
  };
}

export interface Trouble {
  /** A name by which it is known again. */
  kind: "past_due" | "unpaid" | "paused" | "disputed";
  owner: string;
  member: string;
  /** What an owner's button does; undefined where only their bank can help. */
  act: string | undefined;
}

/** What needs somebody to do something, whichever page is open; undefined while all is well. */
export function troubleOf(s: Subscription): Trouble | undefined {
  const plan = planName(s.bought);
  switch (s.status) {
    case "past_due":
      return {
        kind: "past_due",
        owner: `The last payment did not go through. Nothing is lost yet: ${plan} goes on while it is tried again. Change how you pay, so that it stays.`,
        member: `The last payment of this account did not go through. ${plan} goes on for now; an owner of the account has to change how it is paid.`,
        act: "Change how you pay",
      };
    case "unpaid":
      return {
        kind: "unpaid",
        owner: `Your subscription is not paid, so the account is on ${planName(s.plan)}. Pay the open invoice to have ${plan} again. What you made is all there.`,
        member: `The subscription of this account is not paid, so it is on ${planName(s.plan)}. An owner of the account can pay the open invoice.`,
        act: "Pay the open invoice",
      };
    case "paused":
      return {
        kind: "paused",
        owner: `Your trial of ${plan} has ended, and there is no way to pay yet. Add one to go on with ${plan}.`,
        member: `The trial of ${plan} has ended. An owner of the account can go on with it.`,
        act: "Add a way to pay",
      };
  }
  // What has ended does not go on, whatever the bank decides.
  if (!s.disputed || !isLive(s)) return undefined;
  return {
    kind: "disputed",
    owner: `A payment of yours is disputed at your bank. ${plan} goes on until the bank decides. If it was a mistake, tell your bank that the payment was yours.`,
    member: `A payment of this account is disputed at the bank. ${plan} goes on until the bank decides.`,
    act: undefined,
  };
}
