import { useEffect } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { session } from "../api/client";
import { UnreachableError } from "../api/problem";
import { useSession } from "../api/useSession";
import { ErrorNotice } from "../components/Notice";
import "./Shell.css";

/** Lets the signed-in through and leads everybody else to the sign-in and back here. */
export function ProtectedRoute() {
  const view = useSession();
  const location = useLocation();
  useEffect(() => {
    if (view.status === "unknown") void session.begin();
  }, [view.status]);
  switch (view.status) {
    case "signed-in":
      return <Outlet />;
    case "signed-out": {
      const here = location.pathname + location.search;
      return <Navigate replace to={here === "/" ? "/login" : `/login?next=${encodeURIComponent(here)}`} />;
    }
    case "unreachable":
      return (
        <main id="main" className="page stack">
          <h1>DevotionalAI</h1>
          <ErrorNotice error={new UnreachableError(undefined)} retry={() => void session.begin()} />
        </main>
      );
    case "unknown":
      return (
        <div className="splash" role="status">
          <p className="splash__name">DevotionalAI</p>
          <p className="splash__line">Your words, narrated and illustrated.</p>
        </div>
      );
  }
}
