import { useId, type Ref } from "react";
import { fieldSentence } from "../../api/problem";

interface TextFieldProps {
  /** Read by a screen reader; contains shortLabel, which is what one sees. */
  label: string;
  shortLabel: string;
  value: string;
  onChange: (value: string) => void;
  onCursor?: (at: number) => void;
  fieldRef?: Ref<HTMLTextAreaElement>;
  rows: number;
  max: number;
  count: number;
  wrong: string | undefined;
  placeholder: string;
}

/** A text with a limit: it never cuts what one pastes, it says what is too much. */
export function TextField({
  label,
  shortLabel,
  value,
  onChange,
  onCursor,
  fieldRef,
  rows,
  max,
  count,
  wrong: refused,
  placeholder,
}: TextFieldProps) {
  const id = useId();
  const over = count - max;
  const wrong =
    over > 0
      ? `The ${shortLabel.toLowerCase()} has ${over} ${over === 1 ? "character" : "characters"} too many.`
      : refused && fieldSentence(shortLabel.toLowerCase(), refused);
  return (
    <div className="field">
      <div className="field__head">
        <label htmlFor={id}>
          <span aria-hidden="true">{shortLabel}</span>
          <span className="visually-hidden">{label}</span>
        </label>
        <span className={over > 0 ? "field__count field__count--over" : "field__count"} aria-hidden="true">
          {count} / {max}
        </span>
      </div>
      <textarea
        id={id}
        ref={fieldRef}
        className="field__input"
        dir="auto"
        rows={rows}
        value={value}
        placeholder={placeholder}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
        onChange={(event) => onChange(event.target.value)}
        onSelect={(event) => onCursor?.(event.currentTarget.selectionStart)}
      />
      {wrong !== undefined && (
        <p id={`${id}-wrong`} className="field__wrong" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
