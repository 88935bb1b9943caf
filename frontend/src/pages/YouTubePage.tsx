import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { session } from "../api/client";
import { hasCode, isPassing } from "../api/problem";
import { useSession } from "../api/useSession";
import { channelQuery, connectChannel, type Consent } from "../api/youtube";
import { Button, buttonClass } from "../components/Button";
import { Icon } from "../components/Icon";
import { ErrorNotice, Notice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { wayBack } from "../components/wayBack";
import { ConnectButton } from "../features/youtube/ConnectButton";
import { Trouble } from "../features/youtube/Trouble";
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
  const kept = wayBack.from("youtube");
  const back = kept ?? "/account";
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
        <Unreachable back={back} />
      ) : view.status === "signed-out" ? (
        <>
          <Notice tone="near">You are signed out here, so nothing was connected. Sign in, and connect the channel again.</Notice>
          <Link className={buttonClass({ look: "main" })} to={`/login?next=${encodeURIComponent(back)}`}>
            Sign in
          </Link>
        </>
      ) : answer === undefined && kept !== undefined ? (
        <>
          <Notice tone="near">
            What Google answered is not here any more: it works once, and no reload keeps it. If no channel is connected yet,
            connect it again.
          </Notice>
          <ConnectButton back={back} label="Connect again" />
          <Back to={back} />
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

/** Nothing was handed on yet: the consent is good until this page is left. */
function Unreachable({ back }: { back: string }) {
  const again = useMutation({ mutationFn: () => session.begin() });
  return (
    <>
      <Notice
        tone="bad"
        actions={
          <Button small busy={again.isPending} onClick={() => again.mutate()}>
            Try again
          </Button>
        }
      >
        DevotionalAI could not be reached, so nothing was connected yet. Check your connection.
      </Notice>
      <Back to={back} />
    </>
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
    onSuccess: ({ set_up, connected, channel_id, title, connected_at }) => {
      queries.setQueryData(channelQuery.queryKey, { set_up, connected, channel_id, title, connected_at });
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
  // Who asks too fast was not heard; whatever else went wrong, the consent may be used up.
  if (hasCode(error, "rate_limited")) {
    return (
      <>
        <ErrorNotice error={error} retry={() => mutate(consent)} busy={isPending} />
        <Back to={back} />
      </>
    );
  }
  if (isPassing(error)) return <Unheard error={error} back={back} />;
  return (
    <>
      <Trouble error={error} />
      {!hasCode(error, "feature_not_in_plan", "youtube_not_set_up") && <ConnectButton back={back} label="Connect again" />}
      <Back to={back} />
    </>
  );
}

/** It may have worked, and the same consent does not work again: what is connected now says which. */
function Unheard({ error, back }: { error: unknown; back: string }) {
  const channel = useQuery({ ...channelQuery, refetchOnMount: "always" });
  if (!channel.isFetchedAfterMount) return <p role="status">Looking whether your channel is connected …</p>;
  if (channel.isError) {
    return (
      <>
        <ErrorNotice error={channel.error} retry={() => void channel.refetch()} busy={channel.isFetching} />
        <ConnectButton back={back} label="Connect again" />
        <Back to={back} />
      </>
    );
  }
  if (channel.data?.connected) {
    const { title } = channel.data;
    return (
      <>
        <Notice>
          It was not heard whether it worked, but {title === "" ? "a channel" : <strong>{title}</strong>} is connected. If that is
          the one you chose, go on.
        </Notice>
        <Link className={buttonClass({ look: "main" })} to={back} replace>
          Go on
        </Link>
        <ConnectButton back={back} label="Connect another channel" aside />
      </>
    );
  }
  return (
    <>
      <Trouble error={error} />
      <p>No channel is connected. What you agreed to at Google works once, so agree to it again.</p>
      <ConnectButton back={back} label="Connect again" />
      <Back to={back} />
    </>
  );
}
