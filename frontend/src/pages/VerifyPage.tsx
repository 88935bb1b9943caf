import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useNavigate } from "react-router";
import { session } from "../api/client";
import { hasCode } from "../api/problem";
import { Button, buttonClass } from "../components/Button";
import { Icon } from "../components/Icon";
import { ErrorNotice, Notice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { safeNext } from "../features/signin/next";
import { takeToken } from "../features/signin/token";
import "./LoginPage.css";

/**
 * Where the mailed link leads. The link alone does nothing: programs that look
 * through mails open links too, so a person presses the button.
 */
export function VerifyPage() {
  const [token, setToken] = useState(takeToken);
  const navigate = useNavigate();
  const verify = useMutation({
    mutationFn: (value: string) => session.verify(value),
    onSuccess: (next) => navigate(safeNext(next) ?? "/", { replace: true }),
  });
  const { reset } = verify;
  // A second link opened in this tab changes nothing but the fragment.
  useEffect(() => {
    const take = () => {
      if (window.location.hash === "") return;
      setToken(takeToken());
      reset();
    };
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, [reset]);
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
        </>
      ) : (
        <>
          <p>Press the button to sign in to DevotionalAI in this browser.</p>
          {verify.error && <ErrorNotice error={verify.error} />}
          <Button look="main" busy={verify.isPending} onClick={() => verify.mutate(token)}>
            {verify.isPending ? "Signing in …" : "Sign in"}
          </Button>
        </>
      )}
    </main>
  );
}
