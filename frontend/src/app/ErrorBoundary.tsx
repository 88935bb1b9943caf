import { Component, type ReactNode } from "react";
import { Button } from "../components/Button";
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
          <Button small onClick={() => window.location.reload()}>
            Reload
          </Button>
        }
      >
        This page could not be shown. What you wrote is kept.
      </Notice>
    );
  }
}
