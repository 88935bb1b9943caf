import { useSyncExternalStore } from "react";
import { session } from "./client";
import type { SessionView, User } from "./session";

export const useSession = (): SessionView => useSyncExternalStore(session.subscribe, session.view);

/** The signed-in user; for what is shown behind ProtectedRoute only. */
export function useUser(): User {
  const view = useSession();
  if (view.status !== "signed-in") throw new Error("useUser outside of ProtectedRoute");
  return view.user;
}
