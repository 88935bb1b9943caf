import { kept } from "../../api/kept";
import { completed, type Draft } from "./draft";

/** What this device keeps of a draft until the API has it. */
export interface Backup {
  draft: Draft;
  /** The version that the draft was made from. */
  version: number;
  /** Milliseconds since the epoch. */
  at: number;
}

const PREFIX = "devotionalai-draft/";

const folder = (user: string, project: string) => `${PREFIX}${user}/${project}/`;

/**
 * The backups of one project on this device. Each page that is open has a slot
 * of its own, so that none can overwrite or remove what another one has not
 * sent yet.
 */
export function backups(user: string, project: string) {
  const mine = folder(user, project) + crypto.randomUUID();
  let taken: { name: string; raw: string } | undefined;

  /** Removes the backup that this page took over, unless its page still writes there. */
  function dropTaken() {
    if (taken === undefined) return;
    if (kept.get(taken.name) === taken.raw) kept.remove(taken.name);
    taken = undefined;
  }

  return {
    /** Takes over the newest backup; it stays until this page has written or sent it. */
    take(): Backup | undefined {
      const newest = all(user, project)[0];
      taken = newest && { name: newest.name, raw: newest.raw };
      return newest?.backup;
    },

    /** Writes this page's backup; false when the device has no room or does not allow it. */
    keep(backup: Omit<Backup, "at">): boolean {
      if (!kept.set(mine, JSON.stringify({ ...backup, at: Date.now() }))) return false;
      dropTaken();
      return true;
    },

    /** Removes this page's backup, and what it took over: the API has it. */
    drop() {
      kept.remove(mine);
      dropTaken();
    },
  };
}

/** What a project's pages have kept and not sent, the newest first. */
export const unsent = (user: string, project: string): Backup[] => all(user, project).map(({ backup }) => backup);

/** Removes every backup of a project that was deleted. */
export function forget(user: string, project: string) {
  for (const { name } of all(user, project)) kept.remove(name);
}

function all(user: string, project: string): { name: string; raw: string; backup: Backup }[] {
  const found: { name: string; raw: string; backup: Backup }[] = [];
  for (const name of kept.names()) {
    if (!name.startsWith(folder(user, project))) continue;
    const raw = kept.get(name);
    if (raw === null) continue;
    try {
      const backup = JSON.parse(raw) as Backup;
      found.push({ name, raw, backup: { ...backup, draft: completed(backup.draft) } });
    } catch {
      // Not written by us.
    }
  }
  return found.sort((a, b) => b.backup.at - a.backup.at);
}
