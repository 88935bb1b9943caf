import { useEffect } from "react";
import { session } from "../../api/client";
import { hasCode } from "../../api/problem";
import { ErrorNotice, Notice } from "../../components/Notice";
import { NeedsPlan, SeeFeature } from "../../components/SeePlans";

interface TroubleProps {
  error: unknown;
  retry?: () => void;
  busy?: boolean;
}

/** What went wrong in a section. A refusal may mean that one's role was changed: who one is, is read anew. */
export function Trouble({ error, retry, busy = false }: TroubleProps) {
  const forbidden = hasCode(error, "forbidden");
  useEffect(() => {
    if (forbidden) void session.renew().catch(() => undefined); // the page says what it knows
  }, [forbidden]);
  if (hasCode(error, "feature_not_in_plan")) {
    return (
      <Notice tone="bad" actions={<SeeFeature feature="members" />}>
        <NeedsPlan feature="members" />
      </Notice>
    );
  }
  return retry ? <ErrorNotice error={error} retry={retry} busy={busy} /> : <ErrorNotice error={error} />;
}
