import type { UsageLine } from "../api/usage";
import { onThe } from "./times";

interface Words {
  name: string;
  one: string;
  many: string;
}

const words: Record<string, Words> = {
  images_count: { name: "Pictures", one: "picture", many: "pictures" },
  tts_seconds: { name: "Narration", one: "second", many: "seconds" },
  render_minutes: { name: "Video minutes", one: "minute", many: "minutes" },
  storage_mb: { name: "Storage", one: "MB", many: "MB" },
  uploads_count: { name: "Uploads", one: "upload", many: "uploads" },
};

/** What people call a metric. A new one shows under its own name until it has one here. */
export const metricName = (metric: string) => words[metric]?.name ?? metric;

/** Whether it is something that one has, and gives back by deleting; all others begin anew each month. */
export const isLevel = (metric: string) => metric === "storage_mb";

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const exact = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** A number as precise as one reads it. */
export const amount = (value: number) => (value >= 1000 ? whole : number).format(value);

/** An amount of a metric with its unit, such as "14.3 minutes". */
export function amountOf(metric: string, value: number): string {
  if (isLevel(metric)) return sizeOf(value);
  const shown = amount(value);
  const unit = words[metric];
  return unit ? `${shown} ${shown === "1" ? unit.one : unit.many}` : shown;
}

/** Megabytes in the unit that suits them. 1 GB is 1,000 MB, as the plans count. */
function sizeOf(megabytes: number): string {
  if (megabytes >= 1000) return `${exact.format(megabytes / 1000)} GB`;
  if (megabytes > 0 && megabytes < 0.95) return `${Math.max(1, Math.round(megabytes * 1000))} kB`;
  return `${amount(megabytes)} MB`;
}

/** A file's size, such as "12.3 MB". */
export const bytesOf = (bytes: number) => sizeOf(bytes / 1e6);

/** A part and the whole, with the unit once where it is the same: "19 of 20 pictures". */
export function partOf(metric: string, part: number, all: number): string {
  return isLevel(metric) ? `${sizeOf(part)} of ${sizeOf(all)}` : `${amount(part)} of ${amountOf(metric, all)}`;
}

/** What is left beside an amount that has its unit, such as "94 left". */
export const leftOf = (metric: string, left: number) => `${isLevel(metric) ? sizeOf(left) : amount(left)} left`;

export const takenOf = (line: UsageLine) => line.used + line.reserved;

/** What a metric has taken, of how much. */
export function shareOf(line: UsageLine): string {
  return line.limit === null
    ? `${amountOf(line.metric, takenOf(line))}, no limit`
    : partOf(line.metric, takenOf(line), line.limit);
}

export interface Forecast {
  /** A sentence without its full stop. */
  long: string;
  /** Where there is room for a few words only. */
  short: string;
}

/** How a metric will end, in words; undefined while there is nothing to say. */
export function forecast(line: UsageLine, now = new Date()): Forecast | undefined {
  if (line.limit === null) return { long: "No limit", short: "no limit" };
  if ((line.percent ?? 0) >= 100) return { long: "Used up", short: "used up" };
  const when = line.runs_out_on === null ? undefined : onThe(line.runs_out_on, now);
  if (when !== undefined) return { long: `You run out ${when}`, short: `out ${when}` };
  return line.near_limit ? { long: "Nearly used up", short: "nearly used up" } : undefined;
}
