import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useEffect, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { createIntention } from "../api/intention";
import { cancelJob, deleteVideo, isOpen, jobQuery, retryJob, type Job } from "../api/jobs";
import { hasCode, sentenceForJob } from "../api/problem";
import { usageQuery } from "../api/usage";
import { Button, buttonClass } from "../components/Button";
import { ErrorNotice, Notice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { Refusal } from "../components/Refusal";
import { Skeleton } from "../components/Skeleton";
import { Player } from "../features/render/Player";
import { Progress } from "../features/render/Progress";
import { DeleteVideo } from "../features/videos/DeleteVideo";
import { PublicationCard } from "../features/youtube/PublicationCard";
import { PublishSection } from "../features/youtube/PublishSection";
import { isPublication } from "../features/youtube/publications";

export function VideoPage() {
  const { id = "" } = useParams();
  const queries = useQueryClient();
  const job = useQuery(jobQuery(id));
  const status = job.data?.status;
  // What was reserved is settled when a job ends.
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: usageQuery.queryKey });
    void queries.invalidateQueries({ queryKey: ["jobs"] });
  }, [queries, status]);

  if (!job.data) {
    return (
      <>
        <PageTitle title="Your video" />
        {hasCode(job.error, "not_found") ? (
          <Notice
            tone="bad"
            actions={
              <Link className={buttonClass({ small: true })} to="/videos">
                My videos
              </Link>
            }
          >
            There is no such video.
          </Notice>
        ) : job.error ? (
          <ErrorNotice error={job.error} retry={() => void job.refetch()} busy={job.isFetching} />
        ) : (
          <Skeleton height={24} label="Loading your video" />
        )}
      </>
    );
  }
  if (isPublication(job.data)) {
    return (
      <>
        <PageTitle title={job.data.title} />
        <section className="card stack" aria-labelledby="on-youtube">
          <h2 id="on-youtube">Publication on YouTube</h2>
          <PublicationCard publication={job.data} />
        </section>
        {job.isError && <ErrorNotice error={job.error} retry={() => void job.refetch()} busy={job.isFetching} />}
        <p>
          <Link to={`/videos/${job.data.published.render_id}`}>The video that is published</Link>
        </p>
      </>
    );
  }
  return (
    <>
      <PageTitle title={job.data.title} />
      <Outcome job={job.data} />
      {job.isError && <ErrorNotice error={job.error} retry={() => void job.refetch()} busy={job.isFetching} />}
      <State job={job.data} loadedAt={job.dataUpdatedAt} />
      <p>
        <Link to={`/projects/${job.data.project_id}`}>Edit the text of this video</Link>
      </p>
    </>
  );
}

/** Tells a screen reader how a render that it waited for has ended, and takes the focus from a button that went. */
function Outcome({ job }: { job: Job }) {
  const open = isOpen(job);
  const [wasOpen, setWasOpen] = useState(open);
  if (open && !wasOpen) setWasOpen(true);
  const ended = wasOpen && !open;
  useEffect(() => {
    if (ended && document.activeElement === document.body) document.querySelector("h1")?.focus({ preventScroll: true });
  }, [ended]);
  return (
    <p role="status" className="visually-hidden">
      {ended && outcome[job.status]}
    </p>
  );
}

const outcome: Partial<Record<Job["status"], string>> = {
  succeeded: "Your video is ready.",
  canceled: "The video was canceled.",
  failed: "The video could not be made.",
};

function State({ job, loadedAt }: { job: Job; loadedAt: number }) {
  const queries = useQueryClient();
  const [carryOut] = useState(createIntention);
  const show = (changed: Job) => queries.setQueryData(jobQuery(job.id).queryKey, changed);
  const cancel = useMutation({ mutationFn: () => cancelJob(job.id), onSuccess: show });
  const retry = useMutation({
    mutationFn: () => carryOut(`${job.id} ${job.attempt}`, (key) => retryJob(job.id, key)),
    onSuccess: show,
  });

  if (job.deleted) return <Notice>This video was deleted. You can make it again from its text.</Notice>;
  // Each state has its own buttons: a click that was meant for one of them never
  // reaches another one.
  if (isOpen(job)) {
    return (
      <Fragment key="open">
        <Progress job={job} />
        <Warnings job={job} />
        {cancel.error && <ErrorNotice error={cancel.error} />}
        <div>
          <Button busy={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel
          </Button>
        </div>
      </Fragment>
    );
  }
  if (job.status === "succeeded") {
    return (
      <Fragment key="succeeded">
        {job.video && <Player job={job} video={job.video} loadedAt={loadedAt} />}
        <Warnings job={job} />
        <PublishSection job={job} />
        <div>
          <Delete job={job} />
        </div>
      </Fragment>
    );
  }
  const refused = job.status === "failed" && job.error?.code === "prompt_refused";
  return (
    <Fragment key="stopped">
      {job.status === "canceled" ? (
        <Notice>This video was canceled. What is ready is kept: going on makes only what is missing.</Notice>
      ) : (
        <Notice tone="bad">
          {job.error ? sentenceForJob(job.error.code, job.error.detail) : "The video could not be made."}
        </Notice>
      )}
      <Warnings job={job} />
      {refused && (
        <p className="soft">
          The same description would be refused again. Change it, or choose a picture for that scene, then come back and try
          again: what is ready is kept, and not paid twice.
        </p>
      )}
      {retry.error && <Refusal error={retry.error} retry={() => retry.mutate()} />}
      <div className="row">
        {refused && (
          <Link className={buttonClass({ look: "main" })} to={`/projects/${job.project_id}`}>
            Change the description
          </Link>
        )}
        <Button {...(!refused && { look: "main" })} busy={retry.isPending} onClick={() => retry.mutate()}>
          Try again
        </Button>
        <Delete job={job} />
      </div>
    </Fragment>
  );
}

function Delete({ job }: { job: Job }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button look="danger" onClick={() => setAsked(true)}>
        Delete video
      </Button>
      {asked && (
        <DeleteVideo
          finished={job.status === "succeeded"}
          remove={() => deleteVideo(job.id)}
          onClose={() => setAsked(false)}
          onDeleted={() => {
            void queries.invalidateQueries({ queryKey: ["jobs"] });
            queries.removeQueries({ queryKey: jobQuery(job.id).queryKey });
            void navigate("/videos", { replace: true });
          }}
        />
      )}
    </>
  );
}

function Warnings({ job }: { job: Job }) {
  if (job.warnings.length === 0) return null;
  return (
    <Notice tone="near">
      <ul>
        {job.warnings.map((w) => (
          <li key={`${w.code} ${w.scene ?? 0}`}>{w.message}</li>
        ))}
      </ul>
    </Notice>
  );
}
