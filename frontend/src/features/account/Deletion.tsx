import { useState } from "react";
import { farewell } from "../../api/farewell";
import type { User } from "../../api/session";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { Skeleton } from "../../components/Skeleton";
import { momentOf } from "../../components/times";
import { CopyLine } from "./CopyLine";
import { DeleteDialog } from "./DeleteDialog";
import { Said } from "./List";
import { Trouble } from "./Trouble";
import { useDeletion, useKeeping, type Pending } from "./useDeletion";

interface DeletionProps {
  user: User;
  /** The question is open; in the address, so that a new sign-in leads back to it. */
  asking: boolean;
  onAsking: (asking: boolean) => void;
  /** Signs out here, which leads to the sign-in and back. */
  leave: () => Promise<void>;
}

/** Having the whole account erased, and taking that back. */
export function Deletion({ user, asking, onAsking, leave }: DeletionProps) {
  const deletion = useDeletion();
  const [said, say] = useState("");
  return (
    <section className="card account__section account__danger" aria-labelledby="delete-account">
      <h2 id="delete-account" tabIndex={-1}>
        Delete this account
      </h2>
      <Said text={said} heading="delete-account" />
      {deletion.pending ? (
        <Waiting pending={deletion.pending} onKept={() => say("The account stays, with everything in it.")} />
      ) : deletion.data ? (
        <>
          <WhatGoes />
          <div>
            <Button look="danger" onClick={() => onAsking(true)}>
              Delete this account
            </Button>
          </div>
        </>
      ) : deletion.error ? (
        <Trouble error={deletion.error} retry={() => void deletion.refetch()} busy={deletion.isFetching} />
      ) : (
        <Skeleton height={16} label="Loading: deletion" />
      )}
      {asking && deletion.data && !deletion.pending && (
        <DeleteDialog
          user={user}
          leave={leave}
          onClose={() => onAsking(false)}
          onAsked={() => {
            onAsking(false);
            say("Asked for. Everybody in the account gets a mail, with a link that takes it back.");
          }}
        />
      )}
    </section>
  );
}

function WhatGoes() {
  return (
    <dl className="account__terms">
      <dt>What goes</dt>
      <dd>
        Everything in the account, for all who belong to it: projects, videos, pictures, uploads and exports; members,
        invitations, sessions and API keys; what was counted. A subscription ends then at once, without a refund, and our access
        to your YouTube channel with it.
      </dd>
      <dt>What stays</dt>
      <dd>
        What the law has us keep: invoices, and a record of what was done and used that names nobody. What is not ours stays too:
        videos on your channel, and mail that was delivered.
      </dd>
      <dt>When</dt>
      <dd>
        Not at once. You have time to think it over, 7 days as a rule, and until then everything works. Everybody in the account
        gets a mail, whose link takes it back. After that nobody can. In backups the data ends by itself, some weeks later; the
        certificate names the day.
      </dd>
    </dl>
  );
}

function Waiting({ pending, onKept }: { pending: Pending; onKept: () => void }) {
  const keeping = useKeeping(onKept);
  const known = farewell.read(new Date());
  const receipt = known?.erasure === pending.erasure ? known.receipt : undefined;
  return (
    <>
      <p>
        {pending.begun ? "The account is being erased since " : "The account is to be erased on "}
        <time dateTime={pending.at}>
          <strong>{momentOf(pending.at)}</strong>
        </time>
        .{!pending.begun && " Until then everything works as before. To take your data along, export it now."}
      </p>
      {!pending.begun && (
        <div className="account__action">
          <p>Changed your mind? Nothing has been erased yet.</p>
          <Button look="main" busy={keeping.isPending} onClick={() => keeping.mutate()}>
            Keep the account
          </Button>
        </div>
      )}
      {keeping.error && <Trouble error={keeping.error} />}
      {receipt === undefined ? (
        <Notice>
          The receipt shows how it stands and, at the end, a certificate of what was erased. Its link is in the mail about the
          deletion.
        </Notice>
      ) : (
        <>
          <p>
            Keep the link of your receipt. It works without signing in, holds no personal data, shows how the deletion stands and,
            at the end, a certificate of what was erased. <a href={receipt}>Open the receipt</a>
          </p>
          <CopyLine label="Link of your receipt" what="the link of the receipt" value={receipt} />
        </>
      )}
    </>
  );
}
