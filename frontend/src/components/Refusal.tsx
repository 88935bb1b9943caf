import { Link } from "react-router";
import { canPass, hasCode, sentenceFor } from "../api/problem";
import type { components } from "../api/schema";
import { Button, buttonClass } from "./Button";
import { ErrorNotice, Notice } from "./Notice";
import { QuotaNotice } from "./QuotaNotice";
import { NeedsPlan, SeeFeature } from "./SeePlans";
import { isFeature } from "./plans";
import { inAbout } from "./times";

type FeatureProblem = components["schemas"]["FeatureProblem"];

/** Why a video is not made, and what one can do. */
export function Refusal({ error, retry }: { error: unknown; retry: () => void }) {
  if (hasCode(error, "quota_exceeded"))
    return <QuotaNotice error={error} what="this video" shorten="Shorten it, choose a bigger plan" />;
  if (hasCode(error, "feature_not_in_plan")) {
    const { feature } = error.problem as FeatureProblem;
    if (isFeature(feature)) {
      return (
        <Notice tone="bad" actions={<SeeFeature feature={feature} />}>
          <NeedsPlan feature={feature} />
          {feature === "render_4k" && " Choose a lower resolution to go on."}
        </Notice>
      );
    }
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
