import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { Button } from "../../components/Button";
import { Skeleton } from "../../components/Skeleton";
import { Trouble } from "./Trouble";

interface Pages<T> {
  pages: { items: T[] }[];
}

interface ListProps<T> {
  /** Says what they are, such as "Sessions". */
  label: string;
  query: UseInfiniteQueryResult<Pages<T>>;
  row: (item: T) => ReactNode;
  none: ReactNode;
  more: string;
}

/** What a section lists: loading, refused, empty, and page after page. */
export function List<T extends { id: string }>({ label, query, row, none, more }: ListProps<T>) {
  const { data, error, isFetching, hasNextPage, isFetchingNextPage, refetch, fetchNextPage } = query;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  // A page of what is left out is not the end.
  const wantsMore = hasNextPage && !isFetching && !error && items.length === 0;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);
  if (!data) {
    return error ? (
      <Trouble error={error} retry={() => void refetch()} busy={isFetching} />
    ) : (
      <Skeleton height={6} label={`Loading: ${label.toLowerCase()}`} />
    );
  }
  return (
    <>
      {error && <Trouble error={error} retry={() => void refetch()} busy={isFetching} />}
      {items.length === 0 && !hasNextPage ? (
        none
      ) : (
        <ul className="account__list" aria-label={label}>
          {items.map((item) => (
            <li key={item.id} className="account__row">
              {row(item)}
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div>
          <Button small busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {more}
          </Button>
        </div>
      )}
    </>
  );
}

/** What was just done. Where the row went that had the focus, the section's heading takes it. */
export function Said({ text, heading }: { text: string; heading: string }) {
  useEffect(() => {
    if (text !== "" && document.activeElement === document.body) document.getElementById(heading)?.focus();
  }, [text, heading]);
  return (
    <p role="status" className={text === "" ? "visually-hidden" : "account__said"}>
      {text}
    </p>
  );
}
