import type { Key } from "../../api/account";
import type { NameOf } from "./sentences";

/** Whom the present secret of a key was shown to; `me` is who reads it. A removed member still has it. */
export function seenBy({ seen_by: user }: Pick<Key, "seen_by">, me: string, nameOf: NameOf): { text: string; gone: boolean } {
  if (user === null) return { text: "Whom its secret was shown to is not known.", gone: false };
  if (user === me) return { text: "Its secret was shown to you.", gone: false };
  const name = nameOf(user);
  if (name === undefined) return { text: "Its secret was shown to a former member: rotate it.", gone: true };
  return { text: `Its secret was shown to ${name}.`, gone: false };
}
