import { useState, type SubmitEvent } from "react";
import { fieldErrors, fieldSentence, sentenceFor } from "../../api/problem";
import { Button } from "../../components/Button";

interface EmailFormProps {
  email: string;
  onEmail: (email: string) => void;
  onSend: () => void;
  /** A mail with a code is there already. */
  onCode: () => void;
  busy: boolean;
  error: unknown;
}

export function EmailForm({ email, onEmail, onSend, onCode, busy, error }: EmailFormProps) {
  const [empty, setEmpty] = useState(false);
  const wrong = empty ? "Write your email address first." : error ? messageOf(error) : undefined;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    setEmpty(email.trim() === "");
    if (email.trim() !== "" && !busy) onSend();
  }

  function enterCode() {
    setEmpty(email.trim() === "");
    if (email.trim() !== "") onCode();
  }

  // noValidate: the browser's own bubble vanishes and cannot be read again.
  return (
    <form className="login__form" noValidate onSubmit={submit}>
      <label htmlFor="email">Email address</label>
      <input
        id="email"
        className="login__input"
        type="email"
        name="email"
        autoComplete="email"
        inputMode="email"
        spellCheck={false}
        maxLength={320}
        value={email}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? undefined : "email-wrong"}
        onChange={(event) => {
          setEmpty(false);
          onEmail(event.target.value);
        }}
      />
      {wrong !== undefined && (
        <p id="email-wrong" role="alert" className="login__wrong">
          {wrong}
        </p>
      )}
      <Button type="submit" look="main" busy={busy}>
        {busy ? "Sending …" : "Email me a sign-in link"}
      </Button>
      <Button onClick={enterCode}>I have a code already</Button>
      <p className="soft">No password. The link signs you in, and makes your account if you have none yet.</p>
    </form>
  );
}

function messageOf(error: unknown): string {
  const field = fieldErrors(error).get("email");
  return field ? fieldSentence("email address", field) : sentenceFor(error);
}
