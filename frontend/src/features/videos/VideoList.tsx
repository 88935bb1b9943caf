import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useState } from "react";
import { deleteVideo, jobsQuery, type Job } from "../../api/jobs";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/Notice";
import { Skeleton } from "../../components/Skeleton";
import { DeleteVideo } from "./DeleteVideo";
import { NoVideos } from "./NoVideos";
import { VideoCard } from "./VideoCard";
import { isListed, matching } from "./search";
import "./Videos.css";

interface VideoListProps {
  query: string;
  onQuery: (query: string) => void;
}

export function VideoList({ query, onQuery }: VideoListProps) {
  const queries = useQueryClient();
  const jobs = useInfiniteQuery(jobsQuery);
  const [leaving, setLeaving] = useState<Job>();
  const sought = useDeferredValue(query.trim());
  const { hasNextPage, isFetching, isError, fetchNextPage } = jobs;
  const all = jobs.data?.pages.flatMap((page) => page.items).filter(isListed) ?? [];
  const found = matching(all, sought);

  // A search looks at every video; and a page of deleted ones is not the end.
  const wantsMore = hasNextPage && !isFetching && !isError && (sought !== "" || all.length === 0);
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);

  if (!jobs.data) {
    return jobs.error ? (
      <ErrorNotice error={jobs.error} retry={() => void jobs.refetch()} busy={isFetching} />
    ) : (
      <Skeleton height={20} label="Loading your videos" />
    );
  }
  if (all.length === 0 && !hasNextPage) return <NoVideos />;
  return (
    <>
      <search className="videos__search">
        <label htmlFor="search" className="visually-hidden">
          Search videos
        </label>
        <input
          id="search"
          type="search"
          placeholder="Search by title"
          maxLength={120}
          value={query}
          onChange={(event) => onQuery(event.target.value)}
        />
        <p role="status" className="soft">
          {sought !== "" && (hasNextPage ? "Searching …" : found.length === 1 ? "1 video" : `${found.length} videos`)}
        </p>
      </search>
      {jobs.error && <ErrorNotice error={jobs.error} retry={() => void jobs.refetch()} busy={isFetching} />}
      {found.length > 0 ? (
        <ul className="videos" aria-label="Videos">
          {found.map((job) => (
            <VideoCard key={job.id} job={job} onDelete={() => setLeaving(job)} />
          ))}
        </ul>
      ) : (
        sought !== "" && !hasNextPage && <p>No video has “{sought}” in its title.</p>
      )}
      {hasNextPage && sought === "" && (
        <div>
          <Button busy={jobs.isFetchingNextPage} onClick={() => void fetchNextPage()}>
            More videos
          </Button>
        </div>
      )}
      {leaving && (
        <DeleteVideo
          finished={leaving.status === "succeeded"}
          remove={() => deleteVideo(leaving.id)}
          onClose={() => setLeaving(undefined)}
          onDeleted={() => {
            setLeaving(undefined);
            document.querySelector("h1")?.focus(); // the card with the button goes
            void queries.invalidateQueries({ queryKey: jobsQuery.queryKey });
          }}
        />
      )}
    </>
  );
}
