import { useId } from "react";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { monthAfter, monthOf } from "./times";
import "./MonthPicker.css";

interface MonthPickerProps {
  month: string;
  /** The months to choose from; `month` may be another one. */
  months: readonly string[];
  first: string;
  last: string;
  onChange: (month: string) => void;
}

/** Not input type=month: two of four browsers show a text field for it. */
export function MonthPicker({ month, months, first, last, onChange }: MonthPickerProps) {
  const id = useId();
  const choices = [...new Set([...months, month])].sort().reverse();
  return (
    <div className="month-picker">
      <Button small icon aria-label="The month before" disabled={month <= first} onClick={() => onChange(monthAfter(month, -1))}>
        <Icon name="back" />
      </Button>
      <label htmlFor={id} className="visually-hidden">
        Month
      </label>
      <select id={id} className="month-picker__select" value={month} onChange={(event) => onChange(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {monthOf(choice)}
          </option>
        ))}
      </select>
      <Button small icon aria-label="The month after" disabled={month >= last} onClick={() => onChange(monthAfter(month, 1))}>
        <Icon name="forward" />
      </Button>
    </div>
  );
}
