import { useState, type SubmitEvent } from "react";
import { hasCode, sentenceFor } from "../../api/problem";
import { Button } from "../../components/Button";
import { codeOf } from "./code";

interface CodeFormProps {
  onCode: (code: string) => void;
  busy: boolean;
  error: unknown;
  /** How many codes of this mail were wrong. */
  wrong: number;
}

/** After so many the API takes no code of this mail any more, nor its link. */
const TRIES = 5;

/** One field: what is typed, pasted or offered by the phone goes in whole. */
export function CodeForm({ onCode, busy, error, wrong }: CodeFormProps) {
  const [written, setWritten] = useState("");
  const [odd, setOdd] = useState(false);
  const dead = wrong >= TRIES;
  const message = odd ? "The code has six letters and digits. It is in the same mail as the link." : messageOf(error, dead);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const code = codeOf(written);
    setOdd(code === undefined);
    if (code !== undefined && !busy && !dead) onCode(code);
  }

  return (
    <form className="login__form" noValidate onSubmit={submit}>
      <label htmlFor="code">Code from the mail</label>
      <input
        id="code"
        className="login__input login__code"
        type="text"
        name="code"
        autoComplete="one-time-code"
        inputMode="text"
        autoCapitalize="characters"
        autoCorrect="off"
        spellCheck={false}
        maxLength={40}
        value={written}
        aria-invalid={message !== undefined}
        aria-describedby={message === undefined ? "code-hint" : "code-wrong"}
        onChange={(event) => {
          setOdd(false);
          setWritten(event.target.value);
        }}
      />
      {message === undefined ? (
        <p id="code-hint" className="soft">
          Six letters and digits. The code works in this browser only.
        </p>
      ) : (
        <p id="code-wrong" role="alert" className="login__wrong">
          {message}
        </p>
      )}
      <Button type="submit" look="main" busy={busy} disabled={dead}>
        {busy ? "Signing in …" : "Sign in"}
      </Button>
    </form>
  );
}

function messageOf(error: unknown, dead: boolean): string | undefined {
  if (error === null || error === undefined) return undefined;
  if (!hasCode(error, "link_invalid", "invalid_input")) return sentenceFor(error);
  return dead
    ? "That was the fifth code that did not work. The code and the link of this mail are dead now. Ask for a new mail."
    : "That code did not work. Check it, or ask for a new one.";
}
