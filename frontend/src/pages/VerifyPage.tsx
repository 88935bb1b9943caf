import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";
import { session } from "../api/client";
import { hasCode } from "../api/problem";
import { Button, buttonClass } from "../components/Button";
import { Icon } from "../components/Icon";
import { ErrorNotice, Notice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { safeNext } from "../features/signin/next";
import { useToken } from "../features/signin/token";
import "./LoginPage.css";

/**
 * Where the mailed link leads. The link alone does nothing: programs that look
 * through mails open links too, so a person presses the button.
 */
export function VerifyPage() {
  const navigate = useNavigate();
  const verify = useMutation({
    mutationFn: (token: string) => session.verify({ token }),
    onSuccess: (next) => navigate(safeNext(next) ?? "/", { replace: true }),
  });
  const token = useToken(verify.reset);
  const dead = token === undefined || hasCode(verify.error, "link_invalid", "invalid_input");

  return (
    <main id="main" className="login__main verify">
      <p className="login__brand">
        <Icon name="book" size={28} />
        DevotionalAI
      </p>
      <PageTitle title="Finish signing in" />
      {dead ? (
        <>
          <Notice tone="bad">
            <strong>This link no longer works.</strong> Links work once and for 15 minutes, and only the newest one does.
          </Notice>
          <Link className={buttonClass({ look: "main" })} to="/login">
            Get a new link
          </Link>
          <p className="soft">
            If the link came to you in pieces: the code in the same mail works too, in the browser where you asked for it.
          </p>
        </>
      ) : (
        <>
          <p>Press the button to sign in to DevotionalAI in this browser.</p>
          {verify.error && <ErrorNotice error={verify.error} />}
          <Button look="main" busy={verify.isPending} onClick={() => verify.mutate(token)}>
            {verify.isPending ? "Signing in …" : "Sign in"}
          </Button>
          <p className="soft">
            To sign in on another device, do not press it: write the code of the same mail there, in the browser where you asked
            for it.
          </p>
        </>
      )}
    </main>
  );
}
