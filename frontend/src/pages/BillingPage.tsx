import { useQuery } from "@tanstack/react-query";
import { usageQuery } from "../api/usage";
import { useUser } from "../api/useSession";
import { PageTitle } from "../components/PageTitle";
import { UsageBanner } from "../components/UsageBanner";
import { dayOf } from "../components/times";
import "./BillingPage.css";

const planNames = { free: "Free", pro: "Pro", enterprise: "Enterprise" };

export function BillingPage() {
  const { plan } = useUser();
  const usage = useQuery(usageQuery);
  return (
    <>
      <PageTitle title="Billing" />
      <section className="card billing__plan" aria-labelledby="plan">
        <h2 id="plan">Your plan</h2>
        <p className="billing__name">{planNames[plan]}</p>
        <p className="soft">
          {usage.data
            ? `What you have used starts again at zero on ${dayOf(usage.data.period.end)}.`
            : "What you have used starts again at zero every month."}
        </p>
      </section>
      <section className="stack" aria-labelledby="used">
        <h2 id="used">Used this month</h2>
        <UsageBanner upgrade={false} />
      </section>
      <section className="card stack" aria-labelledby="plans">
        <h2 id="plans">More room</h2>
        <p>
          The Pro plan holds five times as much as the free one, and 4K videos. Enterprise has no limits. Plans cannot be bought
          in the app yet.
        </p>
      </section>
      <section className="stack" aria-labelledby="questions">
        <h2 id="questions">Questions</h2>
        <dl className="billing__questions">
          <dt>What counts as a video minute?</dt>
          <dd>
            A minute of finished video, at any resolution. Of a video that fails or is canceled only what was made and is kept
            counts; going on with it takes only what is missing.
          </dd>
          <dt>Does a preview picture cost twice?</dt>
          <dd>No. A preview is one picture; the video then uses the same one.</dd>
          <dt>What happens at the limit?</dt>
          <dd>Before you press the button you see what a video needs and what is left. Nothing that you made is taken away.</dd>
        </dl>
      </section>
    </>
  );
}
