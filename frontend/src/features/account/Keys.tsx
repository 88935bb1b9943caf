import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keysQuery, membersQuery, type Key, type MadeKey } from "../../api/account";
import type { User } from "../../api/session";
import { Button } from "../../components/Button";
import { dateOf, momentOf, since } from "../../components/times";
import { KeyBox } from "./KeyBox";
import { KeyForm } from "./KeyForm";
import { List, Said } from "./List";
import { RevokeKey } from "./RevokeKey";
import { RotateKey } from "./RotateKey";
import { seenBy } from "./seenBy";

/** The account's API keys. */
export function Keys({ user }: { user: User }) {
  const queries = useQueryClient();
  const keys = useInfiniteQuery(keysQuery);
  const members = useInfiniteQuery(membersQuery);
  const names = members.data && new Map(members.data.pages.flatMap((page) => page.items.map((m) => [m.user_id, m.email])));
  const [shown, setShown] = useState<MadeKey>();
  const [shownSoFar, countShown] = useState(0);
  const [rotating, setRotating] = useState<Key>();
  const [revoking, setRevoking] = useState<Key>();
  const [said, say] = useState("");
  const reread = () => queries.invalidateQueries({ queryKey: keysQuery.queryKey });

  function show(key: MadeKey) {
    shown?.secret.forget();
    say("");
    setRotating(undefined);
    setShown(key);
    countShown((n) => n + 1);
    void reread();
  }

  return (
    <>
      <section className="card account__section" aria-labelledby="keys">
        <h2 id="keys" tabIndex={-1}>
          API keys
        </h2>
        <p>
          With a key, a program works in this account without anybody signing in: it may make and read projects, videos and
          uploads, but not see people or keys.
        </p>
        {shown && (
          <KeyBox
            key={shownSoFar}
            made={shown}
            onClose={() => {
              shown.secret.forget();
              setShown(undefined);
              document.getElementById("keys")?.focus();
            }}
          />
        )}
        <Said text={said} heading="keys" />
        <List
          label="API keys"
          query={keys}
          none={<p className="soft">No keys yet.</p>}
          more="More keys"
          row={(key) => (
            <>
              <div className="account__what">
                <h3>{key.name}</h3>
                <p className="soft">
                  <code>{key.prefix}&#8288;…</code>
                </p>
                <p className="soft">{facts(key)}</p>
                {names && <Seen {...seenBy(key, user.user_id, (id) => names.get(id))} />}
                {oldWorks(key) && <p className="account__near">The secret before works until {momentOf(key.old_until ?? "")}.</p>}
              </div>
              <div className="row">
                <Button small aria-label={`Rotate ${key.name}`} onClick={() => setRotating(key)}>
                  Rotate
                </Button>
                <Button small look="danger" aria-label={`Revoke ${key.name}`} onClick={() => setRevoking(key)}>
                  Revoke
                </Button>
              </div>
            </>
          )}
        />
        {rotating && <RotateKey apiKey={rotating} onClose={() => setRotating(undefined)} onRotated={show} />}
        {revoking && (
          <RevokeKey
            apiKey={revoking}
            onClose={() => setRevoking(undefined)}
            onRevoked={() => {
              setRevoking(undefined);
              if (shown?.id === revoking.id) {
                shown.secret.forget();
                setShown(undefined);
              }
              void reread().then(() => say(`“${revoking.name}” was revoked. Programs that use it are refused.`));
            }}
          />
        )}
      </section>
      <section className="card account__section" aria-labelledby="new-key">
        <h2 id="new-key">Make a key</h2>
        <KeyForm onMade={show} />
      </section>
      <section className="card account__section" aria-labelledby="use-key">
        <h2 id="use-key">Use a key</h2>
        <p>Put it into the header X-API-Key of each request, for example with the key in a variable of your shell:</p>
        <pre className="account__code">{`curl -H "X-API-Key: $DEVOTIONALAI_KEY" ${window.location.origin}/api/v1/projects`}</pre>
        <p>
          All that can be asked for is in the <a href="/api/docs">documentation of the API</a>.
        </p>
      </section>
    </>
  );
}

const Seen = ({ text, gone }: ReturnType<typeof seenBy>) => <p className={gone ? "account__near" : "soft"}>{text}</p>;

const oldWorks = ({ old_until: until }: Key) => until !== null && Date.parse(until) > Date.now();

function facts({ created_at: created, rotated_at: rotated, last_used_at: used }: Key): string {
  const parts = [`made ${dateOf(created)}`];
  if (rotated !== null) parts.push(`rotated ${dateOf(rotated)}`);
  parts.push(used === null ? "never used" : `last used ${since(used, new Date())}`);
  return parts.join(" · ");
}
