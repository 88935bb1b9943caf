import { useMutation } from "@tanstack/react-query";
import { Suspense, useEffect } from "react";
import { Link, NavLink, Outlet, useLocation } from "react-router";
import { Icon } from "../components/Icon";
import { ErrorNotice } from "../components/Notice";
import { Skeleton } from "../components/Skeleton";
import { DeletionBanner } from "../features/account/DeletionBanner";
import { PlanAlert } from "../features/billing/PlanAlert";
import { usePlanInStep } from "../features/billing/usePlanInStep";
import { signOut } from "../pages/signOut";
import { ErrorBoundary } from "./ErrorBoundary";
import "./Shell.css";

/** A file that is dropped beside its place would be opened instead of the page. */
function keepThePage() {
  const stay = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };
  window.addEventListener("dragover", stay);
  window.addEventListener("drop", stay);
  return () => {
    window.removeEventListener("dragover", stay);
    window.removeEventListener("drop", stay);
  };
}

/** What surrounds every page of the signed-in. */
export function Shell() {
  const { pathname } = useLocation();
  useEffect(keepThePage, []);
  usePlanInStep();
  const leaving = useMutation({ mutationFn: () => signOut(false) });
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="shell__header">
        <div className="shell__bar">
          <Link className="shell__brand" to="/">
            <Icon name="book" size={26} />
            DevotionalAI
          </Link>
          <nav className="shell__nav" aria-label="Main">
            <NavLink to="/" end>
              Create
            </NavLink>
            <NavLink to="/videos">My videos</NavLink>
            <NavLink to="/usage">Usage</NavLink>
            <NavLink to="/billing">Billing</NavLink>
            <NavLink to="/account">Account</NavLink>
          </nav>
          <button
            type="button"
            className="shell__leave"
            aria-busy={leaving.isPending || undefined}
            onClick={() => {
              if (!leaving.isPending) leaving.mutate();
            }}
          >
            Sign out
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="page stack">
        {leaving.error && <ErrorNotice error={leaving.error} />}
        <DeletionBanner />
        <PlanAlert />
        {/* A page that broke is left behind with its address. */}
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Skeleton height={20} label="Loading the page" />}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
    </>
  );
}
