const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", timeZone: "UTC" });

/** A day such as "December 1", from an RFC 3339 time. */
export const dayOf = (time: string) => day.format(new Date(time));

/** A duration such as "1:05", from milliseconds; begun seconds count as players count them. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
