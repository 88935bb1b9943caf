import type { ReactNode } from "react";
import { sentenceFor } from "../api/problem";
import { Button } from "./Button";
import { Icon } from "./Icon";
import "./Notice.css";

interface NoticeProps {
  tone?: "calm" | "near" | "bad";
  children: ReactNode;
  actions?: ReactNode;
}

/** A message on the page. A bad one interrupts a screen reader. */
export function Notice({ tone = "calm", children, actions }: NoticeProps) {
  return (
    <div className={`notice notice--${tone}`} role={tone === "bad" ? "alert" : "status"}>
      {tone !== "calm" && <Icon name="alert" />}
      <div className="notice__text">{children}</div>
      {actions}
    </div>
  );
}

/** What went wrong and, where it can help, a button that tries again. */
export function ErrorNotice({ error, retry, busy }: { error: unknown; retry?: () => void; busy?: boolean }) {
  return (
    <Notice
      tone="bad"
      actions={
        retry && (
          <Button small busy={busy ?? false} onClick={retry}>
            Try again
          </Button>
        )
      }
    >
      {sentenceFor(error)}
    </Notice>
  );
}
