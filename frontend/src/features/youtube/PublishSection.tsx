import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { isOpen, jobsQuery, type Job } from "../../api/jobs";
import { Button, buttonClass } from "../../components/Button";
import { ErrorNotice } from "../../components/Notice";
import { PlanMark } from "../../components/SeePlans";
import { billingAddress } from "../../components/plans";
import { useMissing } from "../../components/usePlans";
import { PublicationCard } from "./PublicationCard";
import { PublishForm } from "./PublishForm";
import { isPublication, publicationsOf } from "./publications";
import "./YouTube.css";

/** Publishes a finished video, and shows where it was published. */
export function PublishSection({ job }: { job: Job }) {
  const { publications, error, refetch, isFetching } = usePublications(job.id);
  const [asking, setAsking] = useState(false);
  const [begun, setBegun] = useState<Job>();
  const missing = useMissing("youtube_publish");
  const { pathname } = useLocation();
  const shown =
    begun && isPublication(begun) && !publications.some(({ id }) => id === begun.id) ? [begun, ...publications] : publications;
  const open = shown.some(isOpen);
  return (
    <section className="card stack" aria-labelledby="on-youtube">
      <h2 id="on-youtube" tabIndex={-1}>
        YouTube
      </h2>
      {error && <ErrorNotice error={error} retry={() => void refetch()} busy={isFetching} />}
      {shown.length > 0 && (
        <ul className="publications" aria-label="Publications of this video">
          {shown.map((publication) => (
            <li key={publication.id}>
              <PublicationCard publication={publication} />
            </li>
          ))}
        </ul>
      )}
      {missing ? (
        <div className="row">
          <Link
            className={buttonClass()}
            to={billingAddress({ plan: missing.id, reason: "youtube_publish" })}
            state={{ from: pathname }}
          >
            Publish to YouTube <PlanMark plan={missing} />
          </Link>
          <p className="soft">Publishing to YouTube is part of the {missing.name} plan.</p>
        </div>
      ) : (
        !open && (
          <div>
            <Button {...(shown.length === 0 && { look: "main" })} onClick={() => setAsking(true)}>
              {shown.length === 0 ? "Publish to YouTube" : "Publish once more"}
            </Button>
          </div>
        )
      )}
      {asking && (
        <PublishForm
          job={job}
          onClose={() => setAsking(false)}
          onBegun={(publication) => {
            setBegun(publication);
            setAsking(false);
            document.getElementById("on-youtube")?.focus(); // the button goes
          }}
        />
      )}
    </section>
  );
}

/** Pages that are looked through at most: the publications of an old video lie far apart. */
const MOST_PAGES = 5;

/** What a video was published as, the newest first. Those are newer than the video, so they come before it in the list. */
function usePublications(render: string) {
  const jobs = useInfiniteQuery(jobsQuery);
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = jobs;
  const all = data?.pages.flatMap((page) => page.items) ?? [];
  const wantsMore =
    hasNextPage && !isFetching && !error && (data?.pages.length ?? 0) < MOST_PAGES && !all.some(({ id }) => id === render);
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);
  return { publications: publicationsOf(render, all), error, refetch, isFetching };
}
