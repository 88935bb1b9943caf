import { useSearchParams } from "react-router";
import { useUser } from "../api/useSession";
import { Backups } from "../features/account/Backups";
import { Deletion } from "../features/account/Deletion";
import { Exports } from "../features/account/Exports";
import { signOut } from "./signOut";

/** The section of the account's data: a script of its own, for the few who open it. */
export function AccountData() {
  const user = useUser();
  const [params, setParams] = useSearchParams();
  return (
    <>
      <Exports />
      <Backups />
      <Deletion
        user={user}
        asking={params.has("delete")}
        onAsking={(asking) => setParams(asking ? { delete: "" } : {}, { replace: !asking })}
        leave={() => signOut(false)}
      />
    </>
  );
}
