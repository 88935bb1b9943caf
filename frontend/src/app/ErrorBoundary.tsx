import { Component, type ReactNode } from "react";
import { buttonClass } from "../components/Button";
import { Notice } from "../components/Notice";

/** Shows what is left to do when a page broke: a script that did not load, or a defect. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Notice
        tone="bad"
        actions={
          <a className={buttonClass({ small: true })} href={window.location.pathname}>
            Reload
          </a>
        }
      >
        This page could not be shown. What you wrote is kept.
      </Notice>
    );
  }
}
