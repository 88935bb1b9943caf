import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { endSession, sessionsQuery, type OpenSession } from "../../api/account";
import { Button } from "../../components/Button";
import { momentOf, since } from "../../components/times";
import { List, Said } from "./List";
import { Trouble } from "./Trouble";

/** Where one is signed in, so that what one does not know can be ended. */
export function Sessions() {
  const queries = useQueryClient();
  const sessions = useInfiniteQuery(sessionsQuery);
  const [said, say] = useState("");
  const end = useMutation({
    mutationFn: (session: OpenSession) => endSession(session.id),
    onMutate: () => say(""),
    onSuccess: async (_, session) => {
      await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
      say(`The session was ended: ${deviceOf(session)}. That browser is signed out.`);
    },
  });
  return (
    <section className="card account__section" aria-labelledby="sessions">
      <h2 id="sessions" tabIndex={-1}>
        Where you are signed in
      </h2>
      <Said text={said} heading="sessions" />
      {end.error && <Trouble error={end.error} />}
      <List
        label="Sessions"
        query={sessions}
        none={<p className="soft">No session is open.</p>}
        more="More sessions"
        row={(session) => (
          <>
            <div className="account__what">
              <h3>
                {deviceOf(session)} {session.current && <span className="badge">This browser</span>}
              </h3>
              <p className="soft">{facts(session)}</p>
            </div>
            {!session.current && (
              <Button
                small
                look="danger"
                busy={end.isPending && end.variables.id === session.id}
                aria-label={`End the session: ${deviceOf(session)}, since ${momentOf(session.started_at)}`}
                onClick={() => end.mutate(session)}
              >
                End
              </Button>
            )}
          </>
        )}
      />
    </section>
  );
}

const deviceOf = ({ device }: OpenSession) => (device === "" ? "A device we cannot name" : device);

function facts({ place, started_at: started, last_seen_at: seen, current }: OpenSession): string {
  const parts = [
    place === "" ? "" : `last seen from ${place}`,
    `signed in ${momentOf(started)}`,
    current ? "in use now" : `last used ${since(seen, new Date())}`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
