import { useInfiniteQuery } from "@tanstack/react-query";
import { activityQuery, keysQuery, membersQuery } from "../../api/account";
import type { User } from "../../api/session";
import { MonthPicker } from "../../components/MonthPicker";
import { isMonth, momentOf, monthAfter, monthOf } from "../../components/times";
import { List } from "./List";
import { sentenceOf } from "./sentences";

interface ActivityLogProps {
  user: User;
  /** The month in the address; one that is none, or to come, is the present one. */
  asked: string;
  /** Shows a month; "" is the present one. */
  onMonth: (month: string) => void;
}

/** No account is older. */
const FIRST = "2026-01";

/** What was done in the account, by whom, and where their session was last seen. */
export function ActivityLog({ user, asked, onMonth }: ActivityLogProps) {
  const now = new Date().toISOString().slice(0, 7);
  const month = isMonth(asked) && asked < now && asked >= FIRST ? asked : now;
  const months = Array.from({ length: 12 }, (_, ago) => monthAfter(now, -ago)).filter((m) => m >= FIRST);
  const activity = useInfiniteQuery(activityQuery(month));
  // Entries hold ids alone; what those are called is known of what is there still.
  const members = useInfiniteQuery(membersQuery);
  const keys = useInfiniteQuery(keysQuery);
  const names = new Map([
    ...(members.data?.pages.flatMap((page) => page.items.map((m) => [m.user_id, m.email] as const)) ?? []),
    ...(keys.data?.pages.flatMap((page) => page.items.map((k) => [k.key_id, k.name] as const)) ?? []),
  ]);
  return (
    <section className="card account__section" aria-labelledby="activity">
      <div className="account__head">
        <h2 id="activity" aria-live="polite">
          Activity in {monthOf(month)}
        </h2>
        <MonthPicker month={month} months={months} first={FIRST} last={now} onChange={(m) => onMonth(m === now ? "" : m)} />
      </div>
      <p className="soft">
        The newest first; months as in UTC. It is kept for good. Where somebody was is forgotten 90 days after their session
        ended.
      </p>
      <List
        label="Activity"
        query={activity}
        none={<p className="soft">Nothing in this month.</p>}
        more="Show more"
        row={(entry) => (
          <div className="account__what">
            <p className="account__deed">{sentenceOf(entry, user.user_id, (id) => names.get(id))}</p>
            <p className="soft">
              <time dateTime={entry.at}>{momentOf(entry.at)}</time>
              {[entry.device, entry.place && `last seen from ${entry.place}`]
                .filter((part) => part !== "")
                .map((part) => ` · ${part}`)}
            </p>
          </div>
        )}
      />
    </section>
  );
}
