import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { guardHistory } from "../../components/historyGuard";

/** A link that would leave the page within the app; undefined for one that does not. */
function leadsAway(event: MouseEvent): string | undefined {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
  const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || elsewhere || link.target === "_blank" || link.origin !== window.location.origin) return undefined;
  // What is no page of the app is asked about by the browser itself.
  if (link.pathname === window.location.pathname || link.pathname.startsWith("/api/")) return undefined;
  return link.pathname + link.search;
}

/** Asks before a key is left behind that is shown only now and was not copied. */
export function UncopiedKey({ name }: { name: string }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState<{ leave: () => void }>();
  useEffect(() => {
    const unload = (event: BeforeUnloadEvent) => event.preventDefault();
    const follow = (event: MouseEvent) => {
      const path = leadsAway(event);
      if (path === undefined) return;
      event.preventDefault();
      setAsked({ leave: () => void navigate(path) });
    };
    window.addEventListener("beforeunload", unload);
    document.addEventListener("click", follow, true);
    const endGuard = guardHistory((leave) => setAsked({ leave }));
    return () => {
      window.removeEventListener("beforeunload", unload);
      document.removeEventListener("click", follow, true);
      endGuard();
    };
  }, [navigate]);
  if (asked === undefined) return null;
  return (
    <Dialog
      title="Leave without the key?"
      onClose={() => setAsked(undefined)}
      actions={
        <>
          <Button onClick={() => setAsked(undefined)}>Stay</Button>
          <Button look="danger" onClick={asked.leave}>
            Leave
          </Button>
        </>
      }
    >
      <p>You have not copied the new key “{name}” yet, and nobody can show it again. Without it, the key has to be rotated.</p>
    </Dialog>
  );
}
