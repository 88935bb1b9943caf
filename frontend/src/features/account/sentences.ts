import type { Activity } from "../../api/account";

/** What an id is called here: a member's address or a key's name; undefined when it is not known. */
export type NameOf = (id: string) => string | undefined;

type Deed = readonly [done: string, tried: string];

/** What somebody did, and what somebody tried to do. `#` stands for what it was done to. */
const deeds: Record<string, Deed> = {
  "account.created": ["made this account", "make this account"],
  "session.opened": ["signed in", "sign in"],
  "session.ended": ["ended a session", "end a session"],
  "session.all_ended": ["signed out everywhere", "sign out everywhere"],
  "key.created": ["made the API key #", "make an API key"],
  "key.rotated": ["gave the API key # a new secret", "give the API key # a new secret"],
  "key.revoked": ["revoked the API key #", "revoke the API key #"],
  "invitation.sent": ["invited somebody", "invite somebody"],
  "invitation.revoked": ["took an invitation back", "take an invitation back"],
  "member.joined": ["joined", "join"],
  "member.removed": ["removed #", "remove #"],
  "member.left": ["left the account", "leave the account"],
  "member.role_changed": ["changed the role of #", "change the role of #"],
  "mail.resumed": ["asked to be sent mail again", "be sent mail again"],
  "terms.changed": ["changed what the account may use", "change what the account may use"],
  "youtube.connected": ["connected a YouTube channel", "connect a YouTube channel"],
  "youtube.disconnected": ["disconnected the YouTube channel", "disconnect the YouTube channel"],
  "export.asked": ["asked for an export of all data", "export all data"],
  "erasure.asked": ["asked to have the account erased", "have the account erased"],
  "erasure.canceled": ["kept the account, so it is not erased", "keep the account"],
  "video.published": ["published a video to YouTube", "publish a video to YouTube"],
};

/** What happened by the product's own rules, whoever's call it was. */
const events: Record<string, string> = {
  "session.reused": "A session was ended: a copy of its cookie may have been in use",
  "session.displaced": "The session that was not used for the longest time was ended to make room for a new one",
  "invoice.paid": "An invoice was paid",
  "export.made": "An export of all data was made",
  "erasure.begun": "The erasure of the account began",
  "member.erased": "What was known of a former member was erased",
  "subscription.refused": "A second subscription was ended and paid back: the account had one already",
};

const roles: Record<string, string> = { owner: "as an owner", member: "as a member" };
const plans: Record<string, string> = { free: "the Free plan", pro: "the Pro plan", enterprise: "the Enterprise plan" };

/** An entry of the activity as a sentence. `me` is who reads it. */
export function sentenceOf(entry: Activity, me: string, nameOf: NameOf): string {
  if (entry.action === "plan.changed") return planSentence(entry.detail);
  const event = byLink(entry) ?? events[entry.action];
  if (event !== undefined) return `${event}.`;
  const who = actorOf(entry, me, nameOf);
  const deed = deeds[entry.action];
  const refused = entry.result === "refused";
  if (!deed) return `${who}: ${entry.action}${entry.detail === "" ? "" : ` (${entry.detail})`}${refused ? ", refused" : ""}.`;
  const words = fill(deed[refused ? 1 : 0], entry, me, nameOf) + detailOf(entry);
  return refused ? `${who} tried to ${words}, and was refused.` : `${who} ${words}.`;
}

/** What was bought, or has ended, changes the plan by the product's rules. */
const planSentence = (plan: string) =>
  plans[plan] === undefined ? "The plan of the account changed." : `The account is on ${plans[plan]} now.`;

/** Whoever has the mail may keep the account: no session says who it was. */
const byLink = ({ action, actor }: Activity) =>
  action === "erasure.canceled" && actor.kind === "product"
    ? "Somebody kept the account with the link that was mailed, so it is not erased"
    : undefined;

function actorOf({ actor }: Activity, me: string, nameOf: NameOf): string {
  if (actor.kind === "operator") return "An operator of this service";
  if (actor.kind === "product") return "DevotionalAI";
  if (actor.id === me) return "You";
  const label = actor.label === "" ? nameOf(actor.id) : actor.label;
  if (actor.kind === "key") return label === undefined ? "A revoked API key" : `The API key “${label}”`;
  return label ?? "A former member";
}

function fill(deed: string, { action, target }: Activity, me: string, nameOf: NameOf): string {
  const name = nameOf(target);
  if (action.startsWith("key.")) {
    const words = deed.replace("the API key #", name === undefined ? "an API key" : "the API key #");
    return words.replace("#", () => `“${name ?? ""}”`);
  }
  const own = target === me ? deed.replace("the role of #", "your role") : deed;
  return own.replace("#", () => (target === me ? "you" : (name ?? "somebody")));
}

function detailOf({ action, detail }: Activity): string {
  if (action === "terms.changed") return plans[detail] === undefined ? "" : `, with ${plans[detail]}`;
  if (action === "member.role_changed") {
    return detail === "owner" ? " to owner" : detail === "member" ? " to member" : "";
  }
  const role = roles[detail];
  return role !== undefined && (action === "invitation.sent" || action === "member.joined") ? ` ${role}` : "";
}
