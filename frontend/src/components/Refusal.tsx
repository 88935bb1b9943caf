import { Link } from "react-router";
import { canPass, hasCode, sentenceFor } from "../api/problem";
import { Button, buttonClass } from "./Button";
import { ErrorNotice, Notice } from "./Notice";
import { QuotaNotice } from "./QuotaNotice";
import { SeePlans } from "./Remedy";
import { inAbout } from "./times";

/** Why a video is not made, and what one can do. */
export function Refusal({ error, retry }: { error: unknown; retry: () => void }) {
  if (hasCode(error, "quota_exceeded"))
    return <QuotaNotice error={error} what="this video" shorten="Shorten it, choose a bigger plan" />;
  if (hasCode(error, "feature_not_in_plan")) {
    return (
      <Notice tone="bad" actions={<SeePlans />}>
        4K is part of the Pro plan. Choose a lower resolution to go on.
      </Notice>
    );
  }
  if (hasCode(error, "too_many_jobs", "too_busy")) {
    return (
      <Notice
        tone="near"
        actions={
          <>
            {error.code === "too_many_jobs" && (
              <Link className={buttonClass({ small: true })} to="/videos">
                My videos
              </Link>
            )}
            <Button small onClick={retry}>
              Try again
            </Button>
          </>
        }
      >
        {sentenceFor(error)}
        {error.retryAfter !== undefined && ` It can work again ${inAbout(error.retryAfter)}.`}
      </Notice>
    );
  }
  return canPass(error) ? <ErrorNotice error={error} retry={retry} /> : <ErrorNotice error={error} />;
}
