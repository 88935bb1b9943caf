import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";
import { session } from "../api/client";
import { hasCode } from "../api/problem";
import { deletionQuery, keepByMail } from "../api/rights";
import { useSession } from "../api/useSession";
import { Button, buttonClass } from "../components/Button";
import { Icon } from "../components/Icon";
import { ErrorNotice, Notice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { useToken } from "../features/signin/token";
import "./LoginPage.css";

/** Where the mail about a deletion leads, so that it can be taken back without signing in. As with a sign-in link, a person presses the button. */
export function KeepAccountPage() {
  const queries = useQueryClient();
  const view = useSession();
  const keep = useMutation({
    mutationFn: keepByMail,
    onSuccess: () => queries.invalidateQueries({ queryKey: deletionQuery.queryKey }),
  });
  const token = useToken(keep.reset);
  useEffect(() => {
    if (session.view().status === "unknown" && session.wasSignedIn()) void session.begin();
  }, []);
  const late = hasCode(keep.error, "erasure_begun");
  const dead = token === undefined || hasCode(keep.error, "link_invalid", "invalid_input", "not_found");
  const signedIn = view.status === "signed-in";

  return (
    <main id="main" className="login__main verify">
      <p className="login__brand">
        <Icon name="book" size={28} />
        DevotionalAI
      </p>
      <PageTitle title="Keep the account" />
      {keep.isSuccess ? (
        <>
          <Notice>
            <strong>The account stays,</strong> with everything in it. Nothing was erased, and everybody in it works on as before.
          </Notice>
          <ToApp signedIn={signedIn} />
        </>
      ) : late ? (
        <>
          <Notice tone="bad">
            <strong>It is too late.</strong> The time to take the deletion back is over: the account is being erased, or is gone
            already.
          </Notice>
          <p>
            Whoever asked for it has a receipt, which shows how it stands and what was erased. Signing in with your address makes
            a new, empty account.
          </p>
          <ToApp signedIn={false} />
        </>
      ) : dead ? (
        <>
          <Notice tone="bad">
            <strong>This link no longer works.</strong> It works once, until the account is erased, and not after the deletion was
            taken back.
          </Notice>
          <p>Sign in to see how the account stands: while a deletion waits, every page says so.</p>
          <ToApp signedIn={signedIn} />
        </>
      ) : (
        <>
          <p>
            Somebody asked to have your DevotionalAI account erased, with everything in it. If it should stay, press the button:
            the deletion is then taken back for everybody in the account.
          </p>
          {keep.error && <ErrorNotice error={keep.error} />}
          <Button look="main" busy={keep.isPending} onClick={() => keep.mutate(token)}>
            {keep.isPending ? "Taking it back …" : "Keep the account"}
          </Button>
          <p className="soft">Should it go? Close this page: nothing happens without the button.</p>
        </>
      )}
    </main>
  );
}

function ToApp({ signedIn }: { signedIn: boolean }) {
  return (
    <Link className={buttonClass({ look: "main" })} to={signedIn ? "/" : "/login"}>
      {signedIn ? "Go to the app" : "Sign in"}
    </Link>
  );
}
