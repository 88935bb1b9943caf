import { useQuery } from "@tanstack/react-query";
import { backupQuery, type Backup } from "../../api/rights";
import { Skeleton } from "../../components/Skeleton";
import { momentOf } from "../../components/times";
import { Trouble } from "./Trouble";

/** When the data was backed up, as the database's service tells it. */
export function Backups() {
  const backup = useQuery(backupQuery);
  return (
    <section className="card account__section" aria-labelledby="backups">
      <h2 id="backups">Backups</h2>
      <p>
        We back the data up, so that an accident of ours does not cost you your work. Backups end by themselves, and with them
        what was deleted meanwhile; restoring one erases again what had been erased.
      </p>
      {backup.data ? (
        <Facts backup={backup.data} />
      ) : backup.error ? (
        <Trouble error={backup.error} retry={() => void backup.refetch()} busy={backup.isFetching} />
      ) : (
        <Skeleton label="Loading: backups">
          <Facts backup={{ last_backup_at: null, next_backup_at: null, earliest_restore: null, last_restore_drill_at: null }} />
        </Skeleton>
      )}
    </section>
  );
}

function Facts({ backup }: { backup: Backup }) {
  return (
    <dl className="account__facts">
      <dt>Last backup</dt>
      <dd>{when(backup.last_backup_at)}</dd>
      <dt>Next backup</dt>
      <dd>{when(backup.next_backup_at)}</dd>
      <dt>Can be restored back to</dt>
      <dd>{when(backup.earliest_restore)}</dd>
      <dt>Restoring was last tried</dt>
      <dd>{when(backup.last_restore_drill_at, "Never, or unknown")}</dd>
    </dl>
  );
}

const when = (time: string | null, unknown = "Unknown") =>
  time === null ? <span className="soft">{unknown}</span> : <time dateTime={time}>{momentOf(time)}</time>;
