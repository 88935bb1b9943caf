import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";
import { isOpen, jobQuery, jobsQuery, type Job } from "../../api/jobs";
import { usageQuery } from "../../api/usage";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { stateText, stepText } from "../../components/jobs";
import { clock } from "../../components/times";

/** A job as it is now: while it is open it is asked about, not the whole list. */
function useProgress(listed: Job): Job {
  const queries = useQueryClient();
  const open = isOpen(listed);
  const { data } = useQuery({ ...jobQuery(listed.id), enabled: open, placeholderData: listed });
  const ended = open && data !== undefined && !isOpen(data);
  useEffect(() => {
    if (!ended) return;
    void queries.invalidateQueries({ queryKey: jobsQuery.queryKey });
    void queries.invalidateQueries({ queryKey: usageQuery.queryKey });
  }, [queries, ended]);
  return open && data ? data : listed;
}

const made = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export function VideoCard({ job: listed, onDelete }: { job: Job; onDelete: () => void }) {
  const job = useProgress(listed);
  return (
    <li className="video-card">
      <div className="video-card__frame">
        {job.video ? (
          <img src={job.video.thumbnail_url} alt="" loading="lazy" />
        ) : (
          <Icon name={job.status === "failed" ? "alert" : "book"} size={40} />
        )}
        {job.video && <span className="video-card__length">{clock(job.video.duration_ms)}</span>}
      </div>
      <div className="video-card__text">
        <h2 className="video-card__title">
          <Link to={`/videos/${job.id}`}>{job.title}</Link>
        </h2>
        <p className="video-card__state" data-status={job.status}>
          {stateText(job.status)}
          {isOpen(job) && ` · ${stepText(job.step)}, ${job.progress} %`}
        </p>
        <p className="soft">{made.format(new Date(job.created_at))}</p>
      </div>
      {!isOpen(job) && (
        <div className="video-card__delete">
          <Button small icon look="danger" aria-label={`Delete ${job.title}`} onClick={onDelete}>
            <Icon name="delete" />
          </Button>
        </div>
      )}
    </li>
  );
}
