import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { mailboxQuery, resumeMail, type Mailbox } from "../../api/account";
import type { User } from "../../api/session";
import { Button } from "../../components/Button";
import { ErrorNotice, Notice } from "../../components/Notice";
import { dateOf } from "../../components/times";
import { roleNames } from "./roles";

/** Who one is here, and whether one's address takes mail. */
export function You({ user }: { user: User }) {
  return (
    <section className="card account__section" aria-labelledby="you">
      <h2 id="you">You</h2>
      <dl className="account__facts">
        <dt>Email address</dt>
        <dd>{user.email}</dd>
        <dt>Role</dt>
        <dd>{roleNames[user.role]}</dd>
      </dl>
      <MailState />
    </section>
  );
}

/** Says nothing while mail arrives, as it nearly always does. */
function MailState() {
  const queries = useQueryClient();
  const mailbox = useQuery(mailboxQuery);
  const [resumed, setResumed] = useState(false);
  const resume = useMutation({
    mutationFn: resumeMail,
    onSuccess: (answer) => {
      queries.setQueryData(mailboxQuery.queryKey, answer);
      setResumed(answer.delivers);
    },
  });
  if (mailbox.isError) {
    return <ErrorNotice error={mailbox.error} retry={() => void mailbox.refetch()} busy={mailbox.isFetching} />;
  }
  if (mailbox.data && !mailbox.data.delivers) {
    return (
      <>
        <Notice
          tone="near"
          actions={
            <Button small busy={resume.isPending} onClick={() => resume.mutate()}>
              Send mail again
            </Button>
          }
        >
          {whyNot(mailbox.data)} Without mail you cannot sign in anew.
        </Notice>
        {resume.error && <ErrorNotice error={resume.error} />}
      </>
    );
  }
  return (
    <p role="status" className={resumed ? "soft" : "visually-hidden"}>
      {resumed && "Mail is sent to your address again."}
    </p>
  );
}

function whyNot({ reason, suppressed_since: since, suppressed_until: until }: Mailbox): string {
  const on = since === null ? "" : ` on ${dateOf(since)}`;
  const why =
    reason === "complaint"
      ? `A mail of ours was reported as spam${on}`
      : reason === "bounce"
        ? `A mail to your address came back${on}`
        : `Mail to your address did not arrive${on}`;
  if (reason === "complaint") {
    return `${why}, so we send you no notices and invitations, and for 7 days after that no sign-in mail either.`;
  }
  return `${why}, so we send you none${until === null ? "" : ` until ${dateOf(until)}`}.`;
}
