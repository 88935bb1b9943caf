const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", timeZone: "UTC" });
const monthYear = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });
const shortMonth = new Intl.DateTimeFormat("en", { month: "short", timeZone: "UTC" });

/** A day such as "December 1", from an RFC 3339 time. */
export const dayOf = (time: string) => day.format(new Date(time));

const DAY_MS = 24 * 3_600_000;

/** The last day before a time that is no longer part of something. */
export const lastDayOf = (end: string) => day.format(new Date(Date.parse(end) - DAY_MS));

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };

/** A day of this month such as "on the 19th", from a date like 2026-11-19; it is a day in UTC, as quotas are counted. */
export function onThe(date: string, now: Date): string {
  if (date === now.toISOString().slice(0, 10)) return "today";
  const n = Number(date.slice(8, 10));
  return `on the ${n}${endings[ordinals.select(n)] ?? "th"}`;
}

/** How long until one may ask again, from a Retry-After in seconds. */
export function inAbout(seconds: number): string {
  if (seconds < 25) return "in a few seconds";
  if (seconds <= 40) return "in half a minute";
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "in a minute" : `in ${minutes} minutes`;
}

/** A month such as "November 2026", from one like 2026-11. */
export const monthOf = (month: string) => monthYear.format(new Date(`${month}-01T00:00:00Z`));

/** A month such as "Nov". */
export const shortMonthOf = (month: string) => shortMonth.format(new Date(`${month}-01T00:00:00Z`));

export const isMonth = (text: string) => /^[1-9]\d{3}-(0[1-9]|1[0-2])$/.test(text);

/** The month that is `by` months later. */
export function monthAfter(month: string, by: number): string {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + by;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, "0")}`;
}

/** A duration such as "1:05", from milliseconds; begun seconds count as players count them. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const momentParts = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const dateParts = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/** A moment such as "Nov 27, 2026, 4:40 PM", as clocks are set here. */
export const momentOf = (time: string) => momentParts.format(new Date(time));

/** A date such as "Nov 27, 2026", as clocks are set here. */
export const dateOf = (time: string) => dateParts.format(new Date(time));

const times = (n: number, unit: string) => `${n} ${unit}${n === 1 ? "" : "s"} ago`;

/** How long ago something was that is known to the minute: "just now", "5 minutes ago", "on Nov 12, 2026". */
export function since(time: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(time)) / 60_000);
  if (minutes < 2) return "just now";
  if (minutes < 60) return times(minutes, "minute");
  if (minutes < 24 * 60) return times(Math.floor(minutes / 60), "hour");
  return `on ${dateOf(time)}`;
}

const some = (n: number, unit: string) => `in ${n} ${unit}${n === 1 ? "" : "s"}`;

/** How long until something is, in whole units that are surely left: "in 6 days", "in 5 hours", "in 2 minutes", "in a moment". */
export function until(time: string, now: Date): string {
  const minutes = Math.floor((Date.parse(time) - now.getTime()) / 60_000);
  if (minutes < 1) return "in a moment";
  if (minutes < 60) return some(minutes, "minute");
  if (minutes < 48 * 60) return some(Math.floor(minutes / 60), "hour");
  return some(Math.floor(minutes / (24 * 60)), "day");
}
