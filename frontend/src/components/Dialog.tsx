import { useEffect, useId, useRef, type ReactNode } from "react";
import "./Dialog.css";

interface DialogProps {
  title: string;
  children: ReactNode;
  actions: ReactNode;
  /** Called when the person leaves it with Escape. */
  onClose: () => void;
}

/** A question that has to be answered first. It gives the focus back when it goes. */
export function Dialog({ title, children, actions, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      <div className="stack">{children}</div>
      <div className="dialog__actions">{actions}</div>
    </dialog>
  );
}
