import { lazy, Suspense } from "react";
import { NavLink, Navigate, useParams, useSearchParams } from "react-router";
import { useUser } from "../api/useSession";
import { Notice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { Skeleton } from "../components/Skeleton";
import { ActivityLog } from "../features/account/ActivityLog";
import { Keys } from "../features/account/Keys";
import { Leave } from "../features/account/Leave";
import { Members } from "../features/account/Members";
import { Sessions } from "../features/account/Sessions";
import { SignOut } from "../features/account/SignOut";
import { You } from "../features/account/You";
import { ChannelSection } from "../features/youtube/Channel";
import { signOut } from "./signOut";
import "./AccountPage.css";

const AccountData = lazy(() => import("./AccountData").then((m) => ({ default: m.AccountData })));

const owned = ["members", "keys", "activity", "data"];

/** Who one is and where one is signed in; for owners also people, keys, what was done, and the data: to take along or to delete. */
export function AccountPage() {
  const user = useUser();
  const { section } = useParams();
  if (section !== undefined && !owned.includes(section)) return <Navigate replace to="/account" />;
  const owner = user.role === "owner";
  return (
    <>
      <PageTitle title="Account" />
      {owner && (
        <nav className="account__nav" aria-label="Account">
          <NavLink to="/account" end>
            You
          </NavLink>
          <NavLink to="/account/members">Members</NavLink>
          <NavLink to="/account/keys">API keys</NavLink>
          <NavLink to="/account/activity">Activity</NavLink>
          <NavLink to="/account/data">Your data</NavLink>
        </nav>
      )}
      {section !== undefined && !owner && (
        <Notice tone="near">
          Only owners of the account see its members, API keys and activity, and export or delete it. You are a member: this is
          what you can do.
        </Notice>
      )}
      {section !== undefined && owner ? <Owned section={section} /> : <Own />}
    </>
  );
}

function Own() {
  const user = useUser();
  return (
    <>
      <You user={user} />
      <ChannelSection />
      <SignOut leave={signOut} />
      <Sessions />
      {user.role === "member" && <Leave left={() => signOut(false)} />}
    </>
  );
}

function Owned({ section }: { section: string }) {
  const user = useUser();
  // In the address, so that the back button goes through the months.
  const [params, setParams] = useSearchParams();
  switch (section) {
    case "members":
      return <Members left={() => signOut(false)} />;
    case "keys":
      return <Keys user={user} />;
    case "data":
      return (
        <Suspense fallback={<Skeleton height={40} label="Loading: your data" />}>
          <AccountData />
        </Suspense>
      );
    default:
      return (
        <ActivityLog
          user={user}
          asked={params.get("month") ?? ""}
          onMonth={(month) => setParams(month === "" ? {} : { month })}
        />
      );
  }
}
