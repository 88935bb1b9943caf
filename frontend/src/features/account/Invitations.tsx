import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { invitationsQuery, revokeInvitation, type Invitation } from "../../api/account";
import { Button } from "../../components/Button";
import { dateOf, momentOf } from "../../components/times";
import { List, Said } from "./List";
import { Trouble } from "./Trouble";
import { roleNames } from "./roles";

/** Invitations that nobody has answered yet. */
export function Invitations() {
  const queries = useQueryClient();
  const invitations = useInfiniteQuery(invitationsQuery);
  const [said, say] = useState("");
  const revoke = useMutation({
    mutationFn: (invitation: Invitation) => revokeInvitation(invitation.id),
    onMutate: () => say(""),
    onSuccess: async (_, { email }) => {
      await queries.invalidateQueries({ queryKey: invitationsQuery.queryKey });
      say(`The invitation of ${email} was taken back. Its link works no more.`);
    },
  });
  return (
    <section className="card account__section" aria-labelledby="invitations">
      <h2 id="invitations" tabIndex={-1}>
        Open invitations
      </h2>
      <Said text={said} heading="invitations" />
      {revoke.error && <Trouble error={revoke.error} />}
      <List
        label="Invitations"
        query={invitations}
        none={<p className="soft">No invitation waits for an answer.</p>}
        more="More invitations"
        row={(invitation) => (
          <>
            <div className="account__what">
              <h3>{invitation.email}</h3>
              <p className="soft">
                {roleNames[invitation.role]} · invited {dateOf(invitation.created_at)} · works until{" "}
                {momentOf(invitation.expires_at)}
              </p>
            </div>
            <Button
              small
              look="danger"
              busy={revoke.isPending && revoke.variables.id === invitation.id}
              aria-label={`Take back the invitation of ${invitation.email}`}
              onClick={() => revoke.mutate(invitation)}
            >
              Take back
            </Button>
          </>
        )}
      />
    </section>
  );
}
