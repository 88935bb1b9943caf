import { session } from "../api/client";
import { underWay } from "../features/editor/underWay";

/** Leaves this browser, or all of them. */
export async function signOut(everywhere: boolean) {
  await underWay.cancel(""); // while it can still be given back
  await session.signOut(everywhere);
}
