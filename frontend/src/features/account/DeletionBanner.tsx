import { useState } from "react";
import { Link } from "react-router";
import { useUser } from "../../api/useSession";
import { Button } from "../../components/Button";
import { ErrorNotice, Notice } from "../../components/Notice";
import { momentOf, until } from "../../components/times";
import { useDeletion, useKeeping } from "./useDeletion";

/** That the account is to be erased, on every page, for as long as it waits. */
export function DeletionBanner() {
  const user = useUser();
  const { pending } = useDeletion();
  const [kept, setKept] = useState(false);
  const keeping = useKeeping(() => {
    setKept(true);
    document.getElementById("main")?.focus(); // the button goes
  });
  if (!pending) return kept && <Notice>The account stays, with everything in it. Nothing was erased.</Notice>;
  const owner = user.role === "owner";
  return (
    <section aria-label="Deletion of the account" className="stack">
      <Notice
        tone="near"
        actions={
          owner &&
          !pending.begun && (
            <Button small look="main" busy={keeping.isPending} onClick={() => keeping.mutate()}>
              Keep the account
            </Button>
          )
        }
      >
        {pending.begun ? (
          <>
            <strong>This account is being erased,</strong> with everything in it. You are signed out in a moment.
          </>
        ) : (
          <p>
            <strong>
              This account is to be erased {until(pending.at, new Date())}, on{" "}
              <time dateTime={pending.at}>{momentOf(pending.at)}</time>,
            </strong>{" "}
            with everything in it. Until then all works as before.{" "}
            {owner ? (
              <Link to="/account/data">What this means</Link>
            ) : (
              "Should it stay? Use the link in the mail about it, or ask an owner."
            )}
          </p>
        )}
      </Notice>
      {keeping.error && <ErrorNotice error={keeping.error} />}
    </section>
  );
}
