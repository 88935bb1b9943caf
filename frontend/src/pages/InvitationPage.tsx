import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useNavigate } from "react-router";
import { session } from "../api/client";
import { hasCode } from "../api/problem";
import { useSession } from "../api/useSession";
import { Button, buttonClass } from "../components/Button";
import { Icon } from "../components/Icon";
import { ErrorNotice, Notice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { useToken } from "../features/signin/token";
import "./LoginPage.css";

/** Where a mailed invitation leads. As with a sign-in link, a person presses the button. */
export function InvitationPage() {
  const navigate = useNavigate();
  const view = useSession();
  const join = useMutation({
    mutationFn: async (token: string) => ({ open: await session.join(token) }),
    onSuccess: ({ open }) => (open === undefined ? navigate("/", { replace: true }) : undefined),
  });
  const token = useToken(join.reset);
  useEffect(() => {
    if (session.view().status === "unknown" && session.wasSignedIn()) void session.begin();
  }, []);
  const dead = token === undefined || hasCode(join.error, "invitation_invalid", "invalid_input");
  const taken = hasCode(join.error, "address_in_use");

  return (
    <main id="main" className="login__main verify">
      <p className="login__brand">
        <Icon name="book" size={28} />
        DevotionalAI
      </p>
      <PageTitle title="You are invited" />
      {join.data?.open !== undefined ? (
        <>
          <Notice tone="near">
            <strong>You have joined.</strong> The session of {join.data.open} could not be ended: it may still be open, though no
            longer in this browser.
          </Notice>
          <p>To end it, sign in as {join.data.open} and open Account.</p>
          <ToApp signedIn />
        </>
      ) : dead ? (
        <>
          <Notice tone="bad">
            <strong>This invitation no longer works.</strong> Invitations work once and for 7 days, only the newest one does, and
            they can be taken back.
          </Notice>
          <p>Ask whoever invited you for a new one.</p>
          <ToApp signedIn={view.status === "signed-in"} />
        </>
      ) : taken ? (
        <>
          <Notice tone="near">
            <strong>This address has an account of its own.</strong> An address belongs to one account. Yours stays as it is, with
            everything in it, and the invitation stays too.
          </Notice>
          <p>What you can do:</p>
          <ul className="login__ways">
            <li>Ask to be invited with another address of yours.</li>
            <li>If you are a member of somebody else’s account, leave that one on its Account page, and open this link again.</li>
          </ul>
          <ToApp signedIn={view.status === "signed-in"} />
        </>
      ) : (
        <>
          <p>
            You join the DevotionalAI account of the person who invited you, as the address that the mail was sent to. Its
            projects, videos and monthly quota are shared by everybody in it.
          </p>
          {view.status === "signed-in" && (
            <Notice tone="near">
              You are signed in here as <strong>{view.user.email}</strong>. Joining signs this browser in as the invited address
              instead, and signs {view.user.email} out here; their account stays as it is.
            </Notice>
          )}
          {join.error && <ErrorNotice error={join.error} />}
          <Button look="main" busy={join.isPending} onClick={() => join.mutate(token)}>
            {join.isPending ? "Joining …" : "Join the account"}
          </Button>
          <p className="soft">Not what you expected? Close this page: nothing happens without the button.</p>
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
