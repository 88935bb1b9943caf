import type { Draft } from "./draft";

/** What this device keeps of a draft until the API has it. */
export interface Backup {
  draft: Draft;
  /** The version that the draft was made from. */
  version: number;
  /** Names the tab's last edit: only who wrote the backup may remove it. */
  stamp: string;
}

const PREFIX = "devotionalai-draft/";

const nameOf = (user: string, project: string) => `${PREFIX}${user}/${project}`;

/** Writes the backup; false when the device has no room or does not allow it. */
export function keepBackup(user: string, project: string, backup: Backup): boolean {
  try {
    localStorage.setItem(nameOf(user, project), JSON.stringify(backup));
    return true;
  } catch {
    return false;
  }
}

export function readBackup(user: string, project: string): Backup | undefined {
  try {
    const raw = localStorage.getItem(nameOf(user, project));
    return raw === null ? undefined : (JSON.parse(raw) as Backup);
  } catch {
    return undefined; // not written by us
  }
}

/** Removes the backup, unless another tab has written a newer one. */
export function dropBackup(user: string, project: string, stamp?: string) {
  if (stamp !== undefined && readBackup(user, project)?.stamp !== stamp) return;
  localStorage.removeItem(nameOf(user, project));
}
