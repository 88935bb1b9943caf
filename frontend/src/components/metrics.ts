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

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export const amount = (value: number) => number.format(value);

/** An amount of a metric with its unit, such as "14.3 minutes". */
export function amountOf(metric: string, value: number): string {
  const shown = amount(value);
  const unit = words[metric];
  return unit ? `${shown} ${shown === "1" ? unit.one : unit.many}` : shown;
}
