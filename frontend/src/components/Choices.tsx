import { useId, type ReactNode } from "react";
import "./Choices.css";

interface ChoicesProps<T extends string> {
  legend: string;
  options: readonly { value: T; label: ReactNode; note?: ReactNode; extra?: ReactNode }[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few: native radio buttons, so that arrow keys work as people know them. */
export function Choices<T extends string>({ legend, options, value, onChange }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset className="choices">
      <legend className="choices__legend">{legend}</legend>
      <div className="choices__options">
        {options.map((option) => (
          <div key={option.value} className="choices__option">
            <label className="choices__label">
              <input
                type="radio"
                name={name}
                value={option.value}
                checked={option.value === value}
                onChange={() => onChange(option.value)}
              />
              <span>{option.label}</span>
              {option.note !== undefined && <span className="soft choices__note">{option.note}</span>}
            </label>
            {option.extra}
          </div>
        ))}
      </div>
    </fieldset>
  );
}
