import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { createIntention } from "../../api/intention";
import { cancelJob, isOpen, jobQuery, jobsQuery, retryJob, type Job } from "../../api/jobs";
import { hasCode } from "../../api/problem";
import { channelQuery } from "../../api/youtube";
import { Button, buttonClass } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Notice } from "../../components/Notice";
import { bytesOf } from "../../components/metrics";
import { momentOf } from "../../components/times";
import { useMissing } from "../../components/usePlans";
import { ConnectButton } from "./ConnectButton";
import { PlanLink } from "./PlanLink";
import { Trouble } from "./Trouble";
import { goesOn, isPublication, isStopped, publicationState, watchable, waysOn, type Publication } from "./publications";
import { whyItFailed } from "./words";
import "./YouTube.css";

/** How far a publication is, what stopped it, and where its video is. It asks for itself while it is open. */
export function PublicationCard({ publication: listed }: { publication: Publication }) {
  const queries = useQueryClient();
  const read = useQuery({ ...jobQuery(listed.id), placeholderData: listed });
  const job = read.data && isPublication(read.data) ? read.data : listed;
  const [carryOut] = useState(createIntention);
  const { status } = job;
  const show = (changed: Job) => queries.setQueryData(jobQuery(listed.id).queryKey, changed);
  // Some refusals say that the page is behind: what it rests on is read anew.
  const onError = (error: Error) => {
    if (hasCode(error, "job_not_cancelable", "job_not_retryable", "conflict")) void read.refetch();
    if (hasCode(error, "youtube_not_connected")) void queries.invalidateQueries({ queryKey: channelQuery.queryKey });
  };
  const cancel = useMutation({ mutationFn: () => cancelJob(job.id), onSuccess: show, onError });
  const retry = useMutation({
    mutationFn: () => carryOut(`${job.id} ${job.attempt}`, (key) => retryJob(job.id, key)),
    onSuccess: show,
    onError,
  });
  const [asking, setAsking] = useState(false);
  const missing = useMissing("youtube_publish");
  const channel = useQuery({ ...channelQuery, enabled: isStopped(job) });
  const ways = waysOn(job, channel.data);
  const known = listed.status;
  useEffect(() => {
    if (status === known) return;
    void queries.invalidateQueries({ queryKey: jobsQuery.queryKey });
    void queries.invalidateQueries({ queryKey: channelQuery.queryKey }); // a refusal may have ended the connection
  }, [queries, status, known]);
  const { url, sent, size, lost } = job.published;
  return (
    <div className="publication stack">
      <p role="status" className="publication__state" data-status={status}>
        {publicationState(job)}
      </p>
      {!isOpen(job) && <p className="soft">Begun {momentOf(job.created_at)}</p>}
      {isOpen(job) && <Bar job={job} />}
      {isOpen(job) && (
        <p className="soft">
          {size > 0 ? `${bytesOf(sent)} of ${bytesOf(size)}` : "It begins in a moment"}. You can leave this page; it goes on.
        </p>
      )}
      {status === "failed" && <Notice tone="bad">{whyItFailed(job.error)}</Notice>}
      {goesOn(job) && (
        <p className="soft">
          YouTube has {bytesOf(sent)} of {bytesOf(size)}. Trying again goes on there.
        </p>
      )}
      {isOpen(job) && cancel.error && <Trouble error={cancel.error} />}
      {isStopped(job) && retry.error && <Trouble error={retry.error} />}
      <div className="row">
        {status === "succeeded" && watchable(url) && (
          <a className={buttonClass({ small: true })} href={url} target="_blank" rel="noopener noreferrer">
            Watch on YouTube<span className="visually-hidden">, in a new tab</span>
          </a>
        )}
        {isOpen(job) && (
          <Button small busy={cancel.isPending} onClick={() => cancel.mutate()}>
            Stop publishing
          </Button>
        )}
        {missing && isStopped(job) ? (
          <PlanLink plan={missing} small>
            Try publishing again
          </PlanLink>
        ) : (
          <>
            {ways.retry && (
              <Button small busy={retry.isPending} onClick={() => (lost ? setAsking(true) : retry.mutate())}>
                Try publishing again
              </Button>
            )}
            {ways.connect && (
              <ConnectButton
                back={`/videos/${job.published.render_id}`}
                {...(ways.retry && { label: "Connect another channel", aside: true })}
              />
            )}
          </>
        )}
      </div>
      {asking && (
        <SendAnew
          onClose={() => setAsking(false)}
          onSure={() => {
            setAsking(false);
            retry.mutate();
          }}
        />
      )}
    </div>
  );
}

/** Only the person can see whether there is a video: trying again without a look could make a second one. */
function SendAnew({ onClose, onSure }: { onClose: () => void; onSure: () => void }) {
  return (
    <Dialog
      title="Is the video not on your channel?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Leave it as it is</Button>
          <Button look="main" onClick={onSure}>
            It is not there: send it anew
          </Button>
        </>
      }
    >
      <p>
        YouTube had all of the video when it forgot the upload, so it may have published it. Look at your channel first. Trying
        again sends the whole video anew; if it is there already, it would be there twice.
      </p>
    </Dialog>
  );
}

function Bar({ job }: { job: Publication }) {
  return (
    <div
      className="publication__track"
      role="progressbar"
      aria-label="Publishing"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={job.progress}
      aria-valuetext={`${job.progress} %, ${publicationState(job)}`}
    >
      <div className="publication__fill" style={{ inlineSize: `${job.progress}%` }} />
    </div>
  );
}
