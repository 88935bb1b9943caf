import { useMutation } from "@tanstack/react-query";
import { session } from "../api/client";
import { useUser } from "../api/useSession";
import { Button } from "../components/Button";
import { ErrorNotice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { underWay } from "../features/editor/underWay";
import "./AccountPage.css";

const roles = { owner: "Owner", member: "Member" };

export function AccountPage() {
  const user = useUser();
  const leave = useMutation({
    mutationFn: async (everywhere: boolean) => {
      await underWay.cancel(""); // while it can still be given back
      await session.signOut(everywhere);
    },
  });
  return (
    <>
      <PageTitle title="Account" />
      <section className="card account__section" aria-labelledby="you">
        <h2 id="you">You</h2>
        <dl className="account__facts">
          <dt>Email address</dt>
          <dd>{user.email}</dd>
          <dt>Role</dt>
          <dd>{roles[user.role]}</dd>
        </dl>
      </section>
      <section className="card account__section" aria-labelledby="sessions">
        <h2 id="sessions">Sign out</h2>
        {leave.error && <ErrorNotice error={leave.error} />}
        <div className="account__action">
          <p>Leave this browser. Texts that were not sent yet stay on this device.</p>
          <Button busy={leave.isPending} onClick={() => leave.mutate(false)}>
            Sign out
          </Button>
        </div>
        <div className="account__action">
          <p>Leave every browser and device at once, for example after losing one.</p>
          <Button look="danger" busy={leave.isPending} onClick={() => leave.mutate(true)}>
            Sign out everywhere
          </Button>
        </div>
      </section>
    </>
  );
}
