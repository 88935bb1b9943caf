import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Navigate, useSearchParams } from "react-router";
import { session } from "../api/client";
import { hasCode } from "../api/problem";
import { useSession } from "../api/useSession";
import { Icon } from "../components/Icon";
import { PageTitle } from "../components/PageTitle";
import { Gone } from "../features/account/Gone";
import { EmailForm } from "../features/signin/EmailForm";
import { LinkSent } from "../features/signin/LinkSent";
import { safeNext } from "../features/signin/next";
import "./LoginPage.css";

const features = [
  { icon: "book", title: "Begin with a verse", text: "Eight devotionals to start from, or a blank page for your own words." },
  { icon: "sound", title: "Hear it narrated", text: "Choose a voice. Every pause comes where a reader would take it." },
  { icon: "picture", title: "See it illustrated", text: "A picture for every scene, with slow motion and readable captions." },
  { icon: "download", title: "Share it anywhere", text: "Wide, tall or square, from 720p to 4K, ready to download." },
] as const;

export function LoginPage() {
  const view = useSession();
  const [params] = useSearchParams();
  const next = safeNext(params.get("next"));
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(0);
  const [entering, setEntering] = useState(false);
  const [wrong, setWrong] = useState(0);
  const signIn = useMutation({
    mutationFn: (code: string) => session.verify({ email: email.trim(), code }),
    onError: (error) => {
      if (hasCode(error, "link_invalid", "invalid_input")) setWrong((n) => n + 1);
    },
  });
  const request = useMutation({
    mutationFn: () => session.requestLink(email.trim(), next),
    onSuccess: () => {
      setSent((n) => n + 1);
      setEntering(true);
      setWrong(0);
      signIn.reset();
    },
  });
  useEffect(() => {
    if (session.view().status === "unknown" && session.wasSignedIn()) void session.begin();
  }, []);
  if (view.status === "signed-in") return <Navigate replace to={next ?? "/"} />;

  return (
    <div className="login">
      <main id="main" className="login__main">
        <p className="login__brand">
          <Icon name="book" size={28} />
          DevotionalAI
        </p>
        {!entering ? (
          <>
            <PageTitle key="ask" title="Sign in">
              Sign in to DevotionalAI
            </PageTitle>
            <Gone />
            <EmailForm
              email={email}
              onEmail={setEmail}
              onSend={() => request.mutate()}
              onCode={() => {
                request.reset();
                setEntering(true);
              }}
              busy={request.isPending}
              error={request.error}
            />
          </>
        ) : (
          <>
            <PageTitle key="sent" title={sent > 0 ? "Check your email" : "Enter your code"} />
            <LinkSent
              email={email.trim()}
              sent={sent}
              busy={request.isPending}
              error={request.error}
              onAgain={() => request.mutate()}
              onOther={() => {
                request.reset();
                signIn.reset();
                setSent(0);
                setWrong(0);
                setEntering(false);
              }}
              code={{ onCode: (code) => signIn.mutate(code), busy: signIn.isPending, error: signIn.error, wrong }}
            />
          </>
        )}
      </main>
      <section className="login__features" aria-labelledby="features">
        <h2 id="features">What you can make</h2>
        <p className="login__promise">A verse, a reflection, a prayer. A few minutes later, a video of it.</p>
        <ul className="login__list">
          {features.map((f) => (
            <li key={f.title} className="login__feature">
              <Icon name={f.icon} size={24} />
              <div>
                <h3>{f.title}</h3>
                <p>{f.text}</p>
              </div>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
