import { useEffect, useState } from "react";
import { sentenceFor } from "../../api/problem";
import { Button } from "../../components/Button";
import { CodeForm } from "./CodeForm";

interface LinkSentProps {
  email: string;
  onAgain: () => void;
  onOther: () => void;
  busy: boolean;
  error: unknown;
  /** How often a link was asked for: each time the countdown begins anew. 0: the mail was asked for before this page was opened. */
  sent: number;
  code: { onCode: (code: string) => void; busy: boolean; error: unknown; wrong: number };
}

const WAIT_S = 30;

export function LinkSent({ email, onAgain, onOther, busy, error, sent, code }: LinkSentProps) {
  return (
    <div className="login__sent">
      {sent > 0 && (
        <svg className="login__tick" viewBox="0 0 64 64" aria-hidden="true">
          <circle cx="32" cy="32" r="29" />
          <path d="M20 33.5l8.5 8.5L45 24" />
        </svg>
      )}
      <p>
        {sent > 0 ? "We sent a sign-in link and a code to" : "Write the code of the newest mail to"} <strong>{email}</strong>.{" "}
        {sent > 0
          ? "Open the link in any browser, or read the mail elsewhere and write its code here. Either works once, for 15 minutes."
          : "It works in the browser that asked for it, once, for 15 minutes."}
      </p>
      {/* Each mail has a code of its own, and tries of its own. */}
      <CodeForm key={sent} {...code} />
      {error !== null && error !== undefined && (
        <p role="alert" className="login__wrong">
          {sentenceFor(error)}
        </p>
      )}
      <div className="row">
        <SendAgain sent={sent} busy={busy} onAgain={onAgain} />
        <Button onClick={onOther}>Use another address</Button>
      </div>
      <details className="login__help">
        <summary>No mail after a minute?</summary>
        <ul>
          <li>Look into the spam folder, and whether the address above is right.</li>
          <li>Send it again. Only the newest mail works.</li>
          <li>
            For 7 days after a mail came back from an address, or was reported as spam there, we send nothing to it. If you are
            signed in somewhere still, open Account there and press “Send mail again”. If not, wait, or ask those who run this
            service to release the address.
          </li>
        </ul>
      </details>
      <p role="status" className="visually-hidden">
        {sent > 1 ? `Sent again, ${sent} times in all.` : ""}
      </p>
    </div>
  );
}

function SendAgain({ sent, busy, onAgain }: Pick<LinkSentProps, "sent" | "busy" | "onAgain">) {
  const [left, setLeft] = useState(sent > 0 ? WAIT_S : 0);
  useEffect(() => {
    const until = Date.now() + (sent > 0 ? WAIT_S : 0) * 1000;
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
