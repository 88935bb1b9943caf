import { expect, test } from "vitest";
import type { Activity } from "../../api/account";
import { sentenceOf } from "./sentences";

const names: Record<string, string> = { u2: "ruth@example.com", k1: "Newsletter" };
const nameOf = (id: string) => names[id];
const by: Activity["actor"] = { kind: "user", id: "u2", label: "ruth@example.com" };

const entry = (action: string, what: Partial<Activity> = {}): Activity => ({
  id: "01",
  at: "2026-11-27T16:40:00Z",
  action,
  result: "done",
  actor: by,
  target: "",
  detail: "",
  device: "",
  place: "",
  ...what,
});

test.each<[Activity, string]>([
  [entry("account.created"), "ruth@example.com made this account."],
  [entry("session.opened", { actor: { ...by, id: "me" } }), "You signed in."],
  [entry("session.ended"), "ruth@example.com ended a session."],
  [entry("session.all_ended"), "ruth@example.com signed out everywhere."],
  [entry("session.reused"), "A session was ended: a copy of its cookie may have been in use."],
  [entry("session.displaced"), "The session that was not used for the longest time was ended to make room for a new one."],
  [entry("key.created", { target: "k1" }), "ruth@example.com made the API key “Newsletter”."],
  [entry("key.rotated", { target: "k1" }), "ruth@example.com gave the API key “Newsletter” a new secret."],
  [entry("key.revoked", { target: "gone" }), "ruth@example.com revoked an API key."],
  [entry("invitation.sent", { target: "i1", detail: "member" }), "ruth@example.com invited somebody as a member."],
  [entry("invitation.revoked", { target: "i1" }), "ruth@example.com took an invitation back."],
  [entry("member.joined", { detail: "owner" }), "ruth@example.com joined as an owner."],
  [entry("member.removed", { target: "gone", actor: { ...by, id: "me" } }), "You removed somebody."],
  [entry("member.left"), "ruth@example.com left the account."],
  [entry("member.role_changed", { target: "me", detail: "owner" }), "ruth@example.com changed your role to owner."],
  [entry("mail.resumed"), "ruth@example.com asked to be sent mail again."],
  [
    entry("terms.changed", { actor: { kind: "operator", id: "", label: "" }, detail: "pro" }),
    "An operator of this service changed what the account may use, with the Pro plan.",
  ],
  [
    entry("plan.changed", { actor: { kind: "product", id: "", label: "" }, detail: "pro" }),
    "The account is on the Pro plan now.",
  ],
  [entry("plan.changed", { actor: { kind: "product", id: "", label: "" } }), "The plan of the account changed."],
  [entry("invoice.paid", { actor: { kind: "product", id: "", label: "" }, target: "in_1" }), "An invoice was paid."],
  [
    entry("subscription.refused", { actor: { kind: "product", id: "", label: "" } }),
    "A second subscription was ended and paid back: the account had one already.",
  ],
  [entry("youtube.connected"), "ruth@example.com connected a YouTube channel."],
  [entry("youtube.disconnected", { actor: { ...by, id: "me" } }), "You disconnected the YouTube channel."],
  [entry("export.asked"), "ruth@example.com asked for an export of all data."],
  [entry("export.asked", { result: "refused" }), "ruth@example.com tried to export all data, and was refused."],
  [entry("export.made", { actor: { kind: "product", id: "", label: "" } }), "An export of all data was made."],
  [entry("erasure.asked", { actor: { ...by, id: "me" } }), "You asked to have the account erased."],
  [entry("erasure.canceled"), "ruth@example.com kept the account, so it is not erased."],
  [
    entry("erasure.canceled", { actor: { kind: "product", id: "", label: "" } }),
    "Somebody kept the account with the link that was mailed, so it is not erased.",
  ],
  [entry("erasure.begun", { actor: { kind: "product", id: "", label: "" } }), "The erasure of the account began."],
  [
    entry("member.erased", { actor: { kind: "product", id: "", label: "" }, target: "u9" }),
    "What was known of a former member was erased.",
  ],
  [entry("video.published", { target: "j1" }), "ruth@example.com published a video to YouTube."],
  [
    entry("key.rotated", { target: "k1", result: "refused" }),
    "ruth@example.com tried to give the API key “Newsletter” a new secret, and was refused.",
  ],
  [entry("session.opened", { actor: { kind: "user", id: "u9", label: "" } }), "A former member signed in."],
  [
    entry("key.created", { actor: { kind: "key", id: "k1", label: "" }, target: "k9" }),
    "The API key “Newsletter” made an API key.",
  ],
  [
    entry("moon.landed", { actor: { kind: "product", id: "", label: "" }, detail: "twice" }),
    "DevotionalAI: moon.landed (twice).",
  ],
])("%#: %o", (given, words) => {
  expect(sentenceOf(given, "me", nameOf)).toBe(words);
});

test("what people chose is taken as it is, whatever it holds", () => {
  const odd = (id: string) => (id === "k1" ? "$& # $1" : undefined);
  expect(sentenceOf(entry("key.created", { target: "k1" }), "me", odd)).toBe("ruth@example.com made the API key “$& # $1”.");
});
