import { useId, useRef, useState } from "react";
import { Button } from "../../components/Button";

interface CopyLineProps {
  label: string;
  /** What the button copies, for those who hear it alone. */
  what: string;
  value: string;
}

/** A text that one wants elsewhere, and a button that copies it. */
export function CopyLine({ label, what, value }: CopyLineProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<"yes" | "no">();
  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setCopied("yes");
    } catch {
      // A browser may forbid it: then one does it by hand.
      setCopied("no");
      field.current?.select();
    }
  }
  return (
    <div className="copy-line">
      <label htmlFor={id}>{label}</label>
      <div className="key-box__line">
        <input ref={field} id={id} className="account__input key-box__key" readOnly value={value} spellCheck={false} />
        <Button small aria-label={`Copy ${what}`} onClick={() => void copy()}>
          Copy
        </Button>
      </div>
      <p role="status" className={copied === undefined ? "visually-hidden" : "account__said"}>
        {copied === "yes" && "Copied"}
        {copied === "no" && "Your browser does not let us copy. The text is marked: copy it with the keyboard or the menu."}
      </p>
    </div>
  );
}
