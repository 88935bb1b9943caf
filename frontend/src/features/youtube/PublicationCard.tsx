import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { createIntention } from "../../api/intention";
import { cancelJob, isOpen, jobQuery, jobsQuery, retryJob, type Job } from "../../api/jobs";
import { hasCode, sentenceForJob } from "../../api/problem";
import { channelQuery } from "../../api/youtube";
import { Button, buttonClass } from "../../components/Button";
import { ErrorNotice, Notice } from "../../components/Notice";
import { bytesOf } from "../../components/metrics";
import { momentOf } from "../../components/times";
import { ConnectButton } from "./ConnectButton";
import { isPublication, publicationState, watchable, type Publication } from "./publications";
import "./YouTube.css";

/** How far a publication is, what stopped it, and where its video is. It asks for itself while it is open. */
export function PublicationCard({ publication: listed }: { publication: Publication }) {
  const queries = useQueryClient();
  const read = useQuery({ ...jobQuery(listed.id), placeholderData: listed });
  const job = read.data && isPublication(read.data) ? read.data : listed;
  const [carryOut] = useState(createIntention);
  const { status } = job;
  const show = (changed: Job) => queries.setQueryData(jobQuery(listed.id).queryKey, changed);
  const cancel = useMutation({ mutationFn: () => cancelJob(job.id), onSuccess: show });
  const retry = useMutation({
    mutationFn: () => carryOut(`${job.id} ${job.attempt}`, (key) => retryJob(job.id, key)),
    onSuccess: show,
  });
  const known = listed.status;
  useEffect(() => {
    if (status === known) return;
    void queries.invalidateQueries({ queryKey: jobsQuery.queryKey });
    void queries.invalidateQueries({ queryKey: channelQuery.queryKey }); // a refusal may have ended the connection
  }, [queries, status, known]);
  const { url, sent, size } = job.published;
  const unconnected = job.error?.code === "youtube_not_connected" || hasCode(retry.error, "youtube_not_connected");
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
      {status === "failed" && (
        <Notice tone="bad">
          {job.error ? sentenceForJob(job.error.code, job.error.detail) : "YouTube did not take the video."}
        </Notice>
      )}
      {(status === "failed" || status === "canceled") && size > 0 && sent > 0 && (
        <p className="soft">
          YouTube has {bytesOf(sent)} of {bytesOf(size)}. Trying again goes on there.
        </p>
      )}
      {cancel.error && <ErrorNotice error={cancel.error} />}
      {retry.error && <ErrorNotice error={retry.error} />}
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
        {(status === "failed" || status === "canceled") &&
          (unconnected ? (
            <ConnectButton back={`/videos/${job.published.render_id}`} />
          ) : (
            <Button small busy={retry.isPending} onClick={() => retry.mutate()}>
              Try publishing again
            </Button>
          ))}
      </div>
    </div>
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
