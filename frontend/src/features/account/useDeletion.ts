import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { farewell } from "../../api/farewell";
import { createOnce } from "../../api/intention";
import { deletionQuery, keepAccount, type Deletion } from "../../api/rights";
import { useUser } from "../../api/useSession";

/** An account that is to be erased. */
export interface Pending {
  erasure: string;
  at: string;
  /** Nothing takes it back any more. */
  begun: boolean;
}

/** What is asked for, if anything is. */
export function pendingOf({ status, erasure_id: erasure, effective_at: at }: Deletion, now: Date): Pending | undefined {
  if ((status !== "waiting" && status !== "running") || erasure === null || at === null) return undefined;
  return { erasure, at, begun: status === "running" || Date.parse(at) <= now.getTime() };
}

/** Whether the account is to be erased. This browser remembers it, for when nobody can ask any more. */
export function useDeletion() {
  const { tenant_id: tenant } = useUser();
  const query = useQuery(deletionQuery);
  const { data } = query;
  useEffect(() => {
    if (data) farewell.heard(tenant, data);
  }, [data, tenant]);
  return { ...query, pending: data && pendingOf(data, new Date()) };
}

/** Takes a deletion back. */
export function useKeeping(onKept: () => void) {
  const queries = useQueryClient();
  const [once] = useState(createOnce);
  return useMutation({
    mutationFn: () => once("keep", keepAccount),
    onSuccess: async (now) => {
      queries.setQueryData(deletionQuery.queryKey, now);
      onKept();
      await queries.invalidateQueries({ queryKey: ["account", "activity"] });
    },
  });
}
