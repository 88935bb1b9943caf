import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { invitationsQuery, membersQuery, type Member } from "../../api/account";
import { Invitations } from "./Invitations";
import { InviteForm } from "./InviteForm";
import { LeaveDialog } from "./Leave";
import { List, Said } from "./List";
import { MemberRow } from "./MemberRow";
import { RemoveMember } from "./RemoveMember";

/** Who belongs to the account, and who is invited. `left` is what is to be done once one has left. */
export function Members({ left }: { left: () => Promise<void> }) {
  const queries = useQueryClient();
  const members = useInfiniteQuery(membersQuery);
  const [removing, setRemoving] = useState<Member>();
  const [leaving, setLeaving] = useState(false);
  const [said, say] = useState("");
  return (
    <>
      <section className="card account__section" aria-labelledby="members">
        <h2 id="members" tabIndex={-1}>
          Members
        </h2>
        <Said text={said} heading="members" />
        <List
          label="Members"
          query={members}
          none={<p className="soft">Nobody yet.</p>}
          more="More members"
          row={(member) => (
            <MemberRow
              member={member}
              onSaid={say}
              onRemove={() => {
                say("");
                if (member.you) setLeaving(true);
                else setRemoving(member);
              }}
            />
          )}
        />
        {removing && (
          <RemoveMember
            member={removing}
            onClose={() => setRemoving(undefined)}
            onRemoved={() => {
              setRemoving(undefined);
              void queries
                .invalidateQueries({ queryKey: membersQuery.queryKey })
                .then(() => say(`${removing.email} was removed.`));
            }}
          />
        )}
        {leaving && <LeaveDialog left={left} onClose={() => setLeaving(false)} />}
      </section>
      <section className="card account__section" aria-labelledby="invite">
        <h2 id="invite">Invite somebody</h2>
        <InviteForm onInvited={() => void queries.invalidateQueries({ queryKey: invitationsQuery.queryKey })} />
      </section>
      <Invitations />
    </>
  );
}
