import { hasCode } from "../../api/problem";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { NeedsPlan, SeeFeature } from "../../components/SeePlans";
import { canDoBetter, whyRefused } from "./words";

interface TroubleProps {
  error: unknown;
  /** Fields that say by themselves what is wrong with them. */
  drawn?: readonly string[];
  retry?: () => void;
}

/** Why something about YouTube was refused and, where it can help, a button that tries again. */
export function Trouble({ error, drawn, retry }: TroubleProps) {
  if (hasCode(error, "feature_not_in_plan")) {
    return (
      <Notice tone="bad" actions={<SeeFeature feature="youtube_publish" />}>
        <NeedsPlan feature="youtube_publish" />
      </Notice>
    );
  }
  return (
    <Notice
      tone="bad"
      actions={
        retry &&
        canDoBetter(error) && (
          <Button small onClick={retry}>
            Try again
          </Button>
        )
      }
    >
      {whyRefused(error, drawn)}
    </Notice>
  );
}
