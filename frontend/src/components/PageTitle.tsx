import { useEffect, useRef, type ReactNode } from "react";

let first = true;

/**
 * The page's only h1. It names the tab and, after a navigation, takes the focus,
 * so that a screen reader says where one is; the first page of a visit leaves
 * the focus to the browser.
 */
export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – DevotionalAI`;
  }, [title]);
  useEffect(() => {
    if (!first) heading.current?.focus({ preventScroll: true });
    first = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  );
}
