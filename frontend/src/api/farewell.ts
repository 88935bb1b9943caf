import { kept } from "./kept";
import type { Closing, Deletion } from "./rights";

/**
 * What this browser remembers of an account that is to be erased, for when nobody
 * can sign in to it and ask any more. It names nobody; the receipt's address shows
 * how the erasure stands and can do nothing.
 */
export interface Farewell {
  tenant: string; // id
  erasure: string; // id
  /** When it is erased. */
  at: string;
  /** The address of the receipt, where it was given to this browser. */
  receipt?: string;
}

const NAME = "devotionalai-farewell";
/** A receipt shows nothing after that. */
const LIFE_MS = 45 * 24 * 3_600_000;

export const farewell = {
  /** Undefined when there is none, or it is of no use any more. */
  read(now: Date): Farewell | undefined {
    const found = parse(kept.get(NAME));
    return found && now.getTime() < Date.parse(found.at) + LIFE_MS ? found : undefined;
  },

  /** The same, once it must have been erased. */
  gone(now: Date): Farewell | undefined {
    const found = this.read(now);
    return found && Date.parse(found.at) <= now.getTime() ? found : undefined;
  },

  asked(tenant: string, { erasure_id: erasure, effective_at: at, receipt_url: receipt }: Closing) {
    write({ tenant, erasure, at, receipt });
  },

  /** Takes in what the API says of an account. What is known of another one stays: that one may be gone. */
  heard(tenant: string, { status, erasure_id: erasure, effective_at: at }: Deletion) {
    const before = parse(kept.get(NAME));
    if (status === "none" || erasure === null || at === null) {
      if (before?.tenant === tenant) this.forget();
    } else if (before?.erasure !== erasure) write({ tenant, erasure, at });
  },

  forget() {
    kept.remove(NAME);
  },
};

const write = (what: Farewell) => kept.set(NAME, JSON.stringify(what));

function parse(text: string | null): Farewell | undefined {
  try {
    const { tenant, erasure, at, receipt } = JSON.parse(text ?? "{}") as Partial<Record<keyof Farewell, unknown>>;
    if (typeof tenant !== "string" || typeof erasure !== "string" || typeof at !== "string") return undefined;
    if (Number.isNaN(Date.parse(at))) return undefined;
    return { tenant, erasure, at, ...(isAddress(receipt) && { receipt }) };
  } catch {
    return undefined; // nothing of ours
  }
}

const isAddress = (text: unknown): text is string => typeof text === "string" && /^https?:\/\//.test(text);
