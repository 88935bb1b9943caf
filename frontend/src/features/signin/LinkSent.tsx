import { useEffect, useState } from "react";
import { sentenceFor } from "../../api/problem";
import { Button } from "../../components/Button";

interface LinkSentProps {
  email: string;
  onAgain: () => void;
  onOther: () => void;
  busy: boolean;
  error: unknown;
  /** How often a link was asked for: each time the countdown begins anew. */
  sent: number;
}

const WAIT_S = 30;

export function LinkSent({ email, onAgain, onOther, busy, error, sent }: LinkSentProps) {
  return (
    <div className="login__sent">
      <svg className="login__tick" viewBox="0 0 64 64" aria-hidden="true">
        <circle cx="32" cy="32" r="29" />
        <path d="M20 33.5l8.5 8.5L45 24" />
      </svg>
      <p>
        We sent a sign-in link to <strong>{email}</strong>. It works once, for 15 minutes, in any browser.
      </p>
      <p className="soft">Nothing there? Look into the spam folder, or let us send another one. Only the newest link works.</p>
      {error !== null && error !== undefined && (
        <p role="alert" className="login__wrong">
          {sentenceFor(error)}
        </p>
      )}
      <div className="row">
        <SendAgain sent={sent} busy={busy} onAgain={onAgain} />
        <Button onClick={onOther}>Use another address</Button>
      </div>
      <p role="status" className="visually-hidden">
        {sent > 1 ? `Sent again, ${sent} times in all.` : ""}
      </p>
    </div>
  );
}

function SendAgain({ sent, busy, onAgain }: Pick<LinkSentProps, "sent" | "busy" | "onAgain">) {
  const [left, setLeft] = useState(WAIT_S);
  useEffect(() => {
    const until = Date.now() + WAIT_S * 1000;
    const count = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    const timer = setInterval(count, 250);
    return () => clearInterval(timer);
  }, [sent]);
  return (
    <Button busy={busy} disabled={left > 0} onClick={onAgain}>
      {left > 0 ? `Send again in ${left} s` : "Send again"}
    </Button>
  );
}
