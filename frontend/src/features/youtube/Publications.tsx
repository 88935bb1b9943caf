import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { jobsQuery } from "../../api/jobs";
import { buttonClass } from "../../components/Button";
import { momentOf } from "../../components/times";
import { isPublication, publicationState, watchable } from "./publications";
import "./YouTube.css";

/** What was published, beside the videos; nothing until something was. */
export function Publications() {
  const jobs = useInfiniteQuery(jobsQuery);
  const found = jobs.data?.pages.flatMap((page) => page.items).filter(isPublication) ?? [];
  if (found.length === 0) return null;
  return (
    <section className="card stack" aria-labelledby="published">
      <h2 id="published">Published to YouTube</h2>
      <ul className="publications" aria-label="Publications">
        {found.map((job) => (
          <li key={job.id} className="publications__row">
            <div className="publications__what">
              <h3>
                <Link to={`/videos/${job.id}`}>{job.title}</Link>
              </h3>
              <p className="publication__state" data-status={job.status}>
                {publicationState(job)}
                {job.status === "running" && `, ${job.progress} %`}
              </p>
              <p className="soft">{momentOf(job.created_at)}</p>
            </div>
            {job.status === "succeeded" && watchable(job.published.url) && (
              <a className={buttonClass({ small: true })} href={job.published.url} target="_blank" rel="noopener noreferrer">
                Watch on YouTube<span className="visually-hidden">: {job.title}, in a new tab</span>
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
