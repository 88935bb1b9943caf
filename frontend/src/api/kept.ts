/**
 * What this browser keeps for us. A browser may forbid it, and then even looking
 * throws: nothing is kept, and nothing is found.
 */
export const kept = {
  get(name: string): string | null {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },

  names(): string[] {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  },

  /** Says whether the value is kept: there may be no room either. */
  set(name: string, value: string): boolean {
    try {
      localStorage.setItem(name, value);
      return true;
    } catch {
      return false;
    }
  },

  remove(name: string) {
    try {
      localStorage.removeItem(name);
    } catch {
      // Nothing was kept.
    }
  },
};
