import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { projectsQuery } from "../../api/projects";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/Notice";
import { Skeleton } from "../../components/Skeleton";
import "./Gallery.css";

const edited = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/**
 * The person's projects, newest first; nothing where there is none. `children`
 * stand below them, and wait until it is known how far below.
 */
export function Drafts({ children }: { children: ReactNode }) {
  const projects = useInfiniteQuery(projectsQuery);
  const items = projects.data?.pages.flatMap((page) => page.items) ?? [];
  if (projects.isPending) return <Skeleton height={36} label="Loading your drafts" />;
  return (
    <>
      {projects.isError && items.length === 0 && (
        <ErrorNotice error={projects.error} retry={() => void projects.refetch()} busy={projects.isFetching} />
      )}
      {items.length > 0 && (
        <section className="stack" aria-labelledby="drafts">
          <h2 id="drafts">Continue a draft</h2>
          <ul className="drafts" aria-label="Drafts">
            {items.map((p) => (
              <li key={p.id} className="card drafts__item">
                <Link to={`/projects/${p.id}`}>{p.title}</Link>
                <span className="soft">Changed {edited.format(new Date(p.updated_at))}</span>
              </li>
            ))}
          </ul>
          {projects.hasNextPage && (
            <div>
              <Button busy={projects.isFetchingNextPage} onClick={() => void projects.fetchNextPage()}>
                More drafts
              </Button>
            </div>
          )}
        </section>
      )}
      {children}
    </>
  );
}
