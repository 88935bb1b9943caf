import { useEffect, useRef, useState } from "react";
import type { MadeKey } from "../../api/account";
import { Button } from "../../components/Button";
import { momentOf } from "../../components/times";
import { UncopiedKey } from "./UncopiedKey";

/** A new key, this once. The field is given its text directly: nothing that React keeps holds it. */
export function KeyBox({ made, onClose }: { made: MadeKey; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [copied, setCopied] = useState<"yes" | "no">();
  const [byHand, setByHand] = useState(false);
  useEffect(() => {
    const input = field.current;
    if (!input) return;
    input.value = made.secret.read();
    input.focus();
    return () => {
      input.value = "";
    };
  }, [made]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(made.secret.read());
      setCopied("yes");
    } catch {
      // A browser may forbid it: then one does it by hand.
      setCopied("no");
      setOpen(true);
      field.current?.select();
    }
  }

  return (
    <div className="key-box" role="group" aria-labelledby="key-box-title">
      <h3 id="key-box-title">Your new key “{made.name}”</h3>
      <p>
        <strong>It is shown only now.</strong> Copy it to where you keep passwords: nobody can show it again, and whoever has it
        can work in this account.
      </p>
      <div className="key-box__line">
        <label htmlFor="new-api-key" className="visually-hidden">
          The key
        </label>
        <input
          ref={field}
          id="new-api-key"
          className="account__input key-box__key"
          type={open ? "text" : "password"}
          readOnly
          onCopy={() => setByHand(true)}
          autoComplete="off"
          spellCheck={false}
          data-1p-ignore
        />
        <Button small aria-pressed={open} onClick={() => setOpen(!open)}>
          {open ? "Hide" : "Show"}
        </Button>
        <Button small look="main" onClick={() => void copy()}>
          Copy
        </Button>
      </div>
      <p role="status" className={copied === undefined ? "visually-hidden" : "account__said"}>
        {copied === "yes" && "Copied"}
        {copied === "no" && "Your browser does not let us copy. The key is marked: copy it with the keyboard or the menu."}
      </p>
      {copied !== "yes" && !byHand && <UncopiedKey name={made.name} />}
      {made.oldUntil !== null && <p>The secret before works until {momentOf(made.oldUntil)}. Change your programs until then.</p>}
      <div>
        <Button small onClick={onClose}>
          I have it
        </Button>
      </div>
    </div>
  );
}
