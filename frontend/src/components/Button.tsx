import type { ComponentProps } from "react";
import "./Button.css";

interface Look {
  look?: "main" | "plain" | "danger";
  small?: boolean;
  icon?: boolean;
}

export function buttonClass({ look = "plain", small = false, icon = false }: Look = {}): string {
  return `button button--${look}${small ? " button--small" : ""}${icon ? " button--icon" : ""}`;
}

interface ButtonProps extends Look, Omit<ComponentProps<"button">, "disabled" | "className"> {
  /** Works: pressing it again does nothing. It stays focusable, so that the keyboard's place is kept. */
  busy?: boolean;
  disabled?: boolean;
}

export function Button({ look, small, icon, busy = false, disabled = false, onClick, ...rest }: ButtonProps) {
  const off = busy || disabled;
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass({ ...(look && { look }), ...(small && { small }), ...(icon && { icon }) })}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
