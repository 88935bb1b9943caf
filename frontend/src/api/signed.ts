/** How long a signed address is taken for good, in milliseconds: it ends after 15 minutes. */
export const SIGNED_MS = 10 * 60_000;
