import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { channelQuery, disconnectChannel, type Channel } from "../../api/youtube";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice, Notice } from "../../components/Notice";
import { NeedsPlan, SeeFeature } from "../../components/SeePlans";
import { Skeleton } from "../../components/Skeleton";
import { dateOf } from "../../components/times";
import { useMissing } from "../../components/usePlans";
import { ConnectButton } from "./ConnectButton";
import { NotSetUp } from "./NotSetUp";

/** The channel that videos are published to. */
export function ChannelSection() {
  const channel = useQuery(channelQuery);
  const [said, say] = useState("");
  return (
    <section className="card account__section" aria-labelledby="youtube">
      <h2 id="youtube" tabIndex={-1}>
        YouTube
      </h2>
      <p role="status" className={said === "" ? "visually-hidden" : "account__said"}>
        {said}
      </p>
      {channel.data ? (
        channel.data.connected ? (
          <Connected channel={channel.data} onGone={() => say("The channel is not connected any more.")} />
        ) : (
          <NotConnected setUp={channel.data.set_up} />
        )
      ) : channel.error ? (
        <ErrorNotice error={channel.error} retry={() => void channel.refetch()} busy={channel.isFetching} />
      ) : (
        <Skeleton height={4} label="Loading the channel" />
      )}
    </section>
  );
}

function NotConnected({ setUp }: { setUp: boolean }) {
  const missing = useMissing("youtube_publish");
  if (!setUp) return <NotSetUp />;
  if (missing) {
    return (
      <Notice actions={<SeeFeature feature="youtube_publish" />}>
        <NeedsPlan feature="youtube_publish" /> Your videos then go to your channel from their own page.
      </Notice>
    );
  }
  return (
    <div className="account__action">
      <p>No channel is connected. Connect one to publish videos from here; Google asks you first what we may do.</p>
      <ConnectButton back="/account" />
    </div>
  );
}

function Connected({ channel, onGone }: { channel: Channel; onGone: () => void }) {
  const [asking, setAsking] = useState(false);
  return (
    <div className="account__action">
      <div className="account__what">
        <h3>{channel.title === "" ? "Your channel" : channel.title}</h3>
        <p className="soft">
          {channel.connected_at === null ? "Connected" : `Connected on ${dateOf(channel.connected_at)}`}. Everybody in the account
          can publish to it.
        </p>
        {!channel.set_up && <NotSetUp />}
      </div>
      <Button small look="danger" onClick={() => setAsking(true)}>
        Disconnect
      </Button>
      {asking && <Disconnect channel={channel} onClose={() => setAsking(false)} onGone={onGone} />}
    </div>
  );
}

function Disconnect({ channel, onClose, onGone }: { channel: Channel; onClose: () => void; onGone: () => void }) {
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: disconnectChannel,
    onSuccess: () => {
      queries.setQueryData(channelQuery.queryKey, {
        set_up: channel.set_up,
        connected: false,
        channel_id: "",
        title: "",
        connected_at: null,
      });
      document.getElementById("youtube")?.focus(); // the button goes
      onGone();
    },
  });
  return (
    <Dialog
      title={`Disconnect ${channel.title === "" ? "the channel" : `“${channel.title}”`}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" busy={end.isPending} onClick={() => end.mutate()}>
            Disconnect
          </Button>
        </>
      }
    >
      <p>We give back at Google what you allowed us. What was published stays on YouTube.</p>
      {end.error && <ErrorNotice error={end.error} />}
    </Dialog>
  );
}
