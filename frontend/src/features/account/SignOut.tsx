import { useMutation } from "@tanstack/react-query";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/Notice";

/** Leaves this browser, or all of them. */
export function SignOut({ leave }: { leave: (everywhere: boolean) => Promise<void> }) {
  const leaving = useMutation({ mutationFn: leave });
  return (
    <section className="card account__section" aria-labelledby="leave">
      <h2 id="leave">Sign out</h2>
      {leaving.error && <ErrorNotice error={leaving.error} />}
      <div className="account__action">
        <p>Leave this browser. Texts that were not sent yet stay on this device.</p>
        <Button busy={leaving.isPending} onClick={() => leaving.mutate(false)}>
          Sign out
        </Button>
      </div>
      <div className="account__action">
        <p>Leave every browser and device at once, for example after losing one.</p>
        <Button look="danger" busy={leaving.isPending} onClick={() => leaving.mutate(true)}>
          Sign out everywhere
        </Button>
      </div>
    </section>
  );
}
