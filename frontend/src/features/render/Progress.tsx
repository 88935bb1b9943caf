import type { Job } from "../../api/jobs";
import { stepText } from "../../components/jobs";
import "./Render.css";

export function Progress({ job }: { job: Job }) {
  return (
    <div className="card stack render__progress">
      {/* The step is announced; each percent is not. */}
      <p role="status" className="render__step">
        {stepText(job.step)}
      </p>
      <div
        className="render__track"
        role="progressbar"
        aria-label="Rendering"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={job.progress}
        aria-valuetext={`${job.progress} %, ${stepText(job.step)}`}
      >
        <div className="render__fill" style={{ inlineSize: `${job.progress}%` }} />
      </div>
      <p className="soft">{job.progress} %. You can leave this page; the video goes on being made.</p>
    </div>
  );
}
