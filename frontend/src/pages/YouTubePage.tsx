import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { session } from "../api/client";
import { hasCode } from "../api/problem";
import { useSession } from "../api/useSession";
import { channelQuery, connectChannel, type Consent } from "../api/youtube";
import { buttonClass } from "../components/Button";
import { Icon } from "../components/Icon";
import { ErrorNotice, Notice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { NeedsPlan, SeeFeature } from "../components/SeePlans";
import { wayBack } from "../components/wayBack";
import { ConnectButton } from "../features/youtube/ConnectButton";
import { forgetAnswer, takeAnswer } from "../features/youtube/consent";
import "./LoginPage.css";

/**
 * Where Google sends a person back to. It stands outside of what asks for a
 * sign-in: that would carry the code along in an address.
 */
export function YouTubePage() {
  const [answer] = useState(takeAnswer);
  const view = useSession();
  useEffect(() => {
    if (view.status === "unknown") void session.begin();
  }, [view.status]);
  const back = wayBack.from("youtube") ?? "/account";
  return (
    <main id="main" className="login__main verify">
      <p className="login__brand">
        <Icon name="book" size={28} />
        DevotionalAI
      </p>
      <PageTitle title="Connect YouTube" />
      {view.status === "unknown" ? (
        <Connecting />
      ) : view.status === "unreachable" ? (
        <>
          <Notice tone="bad">DevotionalAI could not be reached, so nothing was connected yet. Check your connection.</Notice>
          <Back to={back} />
        </>
      ) : view.status === "signed-out" ? (
        <>
          <Notice tone="near">You are signed out here, so nothing was connected. Sign in, and connect the channel again.</Notice>
          <Link className={buttonClass({ look: "main" })} to={`/login?next=${encodeURIComponent(back)}`}>
            Sign in
          </Link>
        </>
      ) : answer === undefined ? (
        <>
          <Notice>There is nothing to do here. A channel is connected from the account’s page, or from a video’s.</Notice>
          <Back to={back} />
        </>
      ) : "refused" in answer ? (
        <Refused why={answer.refused} back={back} />
      ) : (
        <Consented consent={answer.consent} back={back} />
      )}
    </main>
  );
}

const Connecting = () => <p role="status">Connecting your channel …</p>;

function Back({ to }: { to: string }) {
  return (
    <Link className={buttonClass()} to={to} replace>
      Go back
    </Link>
  );
}

function Refused({ why, back }: { why: string; back: string }) {
  return (
    <>
      <Notice tone="near">
        {why === "access_denied"
          ? "You did not agree at Google, so no channel was connected. Nothing has changed."
          : "Google could not go on, so no channel was connected. Try again in a moment."}
      </Notice>
      <ConnectButton back={back} label="Try again" />
      <Back to={back} />
    </>
  );
}

/** Hands the consent on, once: it works no second time. */
function Consented({ consent, back }: { consent: Consent; back: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const sent = useRef(false);
  const { mutate, error, isPending } = useMutation({
    mutationFn: connectChannel,
    onSuccess: ({ connected, channel_id, title, connected_at }) => {
      queries.setQueryData(channelQuery.queryKey, { connected, channel_id, title, connected_at });
      forgetAnswer();
      wayBack.forget("youtube");
      void navigate(back, { replace: true });
    },
  });
  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    mutate(consent);
  }, [mutate, consent]);
  if (!error) return <Connecting />;
  if (hasCode(error, "feature_not_in_plan")) {
    return (
      <>
        <Notice tone="bad" actions={<SeeFeature feature="youtube_publish" />}>
          <NeedsPlan feature="youtube_publish" />
        </Notice>
        <Back to={back} />
      </>
    );
  }
  if (hasCode(error, "youtube_refused", "invalid_input", "forbidden")) {
    return (
      <>
        <ErrorNotice error={error} />
        <ConnectButton back={back} label="Connect again" />
        <Back to={back} />
      </>
    );
  }
  return (
    <>
      <ErrorNotice error={error} retry={() => mutate(consent)} busy={isPending} />
      <Back to={back} />
    </>
  );
}
