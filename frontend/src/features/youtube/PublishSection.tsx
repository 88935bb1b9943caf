import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { isOpen, jobsQuery, type Job } from "../../api/jobs";
import { channelQuery } from "../../api/youtube";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/Notice";
import { Skeleton } from "../../components/Skeleton";
import { useMissing } from "../../components/usePlans";
import { NotSetUp } from "./NotSetUp";
import { PlanLink } from "./PlanLink";
import { PublicationCard } from "./PublicationCard";
import { PublishForm } from "./PublishForm";
import { holdsAllOf, isPublication, publicationsOf } from "./publications";
import "./YouTube.css";

/** Publishes a finished video, and shows where it was published. */
export function PublishSection({ job }: { job: Job }) {
  const { publications, known, further, error, refetch, isFetching } = usePublications(job.id);
  const [asking, setAsking] = useState(false);
  const [begun, setBegun] = useState<Job>();
  const missing = useMissing("youtube_publish");
  const channel = useQuery(channelQuery);
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
      {channel.data?.set_up === false ? (
        <NotSetUp />
      ) : missing ? (
        <div className="row">
          <PlanLink plan={missing}>Publish to YouTube</PlanLink>
          <p className="soft">Publishing to YouTube is part of the {missing.name} plan.</p>
        </div>
      ) : further ? (
        <div className="row">
          <Button onClick={further}>Look further back</Button>
          <p className="soft">Much was made since this video, and whether it was published is not known yet.</p>
        </div>
      ) : !known ? (
        // One at a time: until it is known that none is on its way, none is begun.
        !error && <Skeleton height={3} label="Looking for publications of this video" />
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

/** Pages that are looked through at a time: the publications of an old video lie far apart. */
const PAGES = 5;

/** What a video was published as, the newest first, and whether that is all of it. */
function usePublications(render: string) {
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery(jobsQuery);
  const [most, setMost] = useState(PAGES);
  const known = holdsAllOf(render, data, hasNextPage);
  const read = data?.pages.length ?? 0;
  const wantsMore = hasNextPage && !known && !isFetching && !error && read < most;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);
  const publications = publicationsOf(render, data?.pages.flatMap((page) => page.items) ?? []);
  const further = !known && !error && hasNextPage && read >= most ? () => setMost(read + PAGES) : undefined;
  return { publications, known, further, error, refetch, isFetching };
}
