import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { uploadsQuery, type Upload } from "../../api/uploads";
import { usageQuery } from "../../api/usage";
import { Button, buttonClass } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { ErrorNotice } from "../../components/Notice";
import { Skeleton } from "../../components/Skeleton";
import { Sound } from "../../components/Sound";
import { bytesOf } from "../../components/metrics";
import { DeleteUpload } from "./DeleteUpload";
import "./Uploads.css";

/** What a person has uploaded, to be looked at, heard and deleted. */
export function UploadList() {
  const queries = useQueryClient();
  const uploads = useInfiniteQuery(uploadsQuery());
  const [leaving, setLeaving] = useState<Upload>();
  const [said, say] = useState("");
  const all = uploads.data?.pages.flatMap((page) => page.items) ?? [];
  const { hasNextPage, isFetching, isError, fetchNextPage } = uploads;
  // A page of deleted ones is not the end.
  const wantsMore = hasNextPage && !isFetching && !isError && all.length === 0;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);

  // The row that went had the focus.
  const count = all.length;
  useEffect(() => {
    if (said !== "" && document.activeElement === document.body) document.querySelector("h1")?.focus();
  }, [said, count]);

  if (!uploads.data) {
    return uploads.error ? (
      <ErrorNotice error={uploads.error} retry={() => void uploads.refetch()} busy={isFetching} />
    ) : (
      <Skeleton height={20} label="Loading your uploads" />
    );
  }
  return (
    <>
      <p role="status" className={said === "" ? "visually-hidden" : "soft"}>
        {said}
      </p>
      {uploads.error && <ErrorNotice error={uploads.error} retry={() => void uploads.refetch()} busy={isFetching} />}
      {all.length === 0 && !hasNextPage ? (
        <NoUploads />
      ) : (
        <ul className="uploads" aria-label="Uploads">
          {all.map((upload) => (
            <Row key={upload.id} upload={upload} onDelete={() => setLeaving(upload)} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div>
          <Button busy={uploads.isFetchingNextPage} onClick={() => void fetchNextPage()}>
            More uploads
          </Button>
        </div>
      )}
      {leaving && (
        <DeleteUpload
          upload={leaving}
          onClose={() => setLeaving(undefined)}
          onDeleted={() => {
            setLeaving(undefined);
            say(
              `“${leaving.filename}” was deleted.${leaving.status === "ready" ? ` ${bytesOf(leaving.size)} are free again.` : ""}`,
            );
            queries.removeQueries({ queryKey: ["upload", leaving.id] });
            void queries.invalidateQueries({ queryKey: ["uploads"] });
            void queries.invalidateQueries({ queryKey: usageQuery.queryKey });
          }}
        />
      )}
    </>
  );
}

function NoUploads() {
  return (
    <section className="card stack">
      <h2>No uploads yet</h2>
      <p>In a project you can give each scene a picture of your own, and the video background music.</p>
      <div>
        <Link className={buttonClass()} to="/">
          Create a video
        </Link>
      </div>
    </section>
  );
}

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

function Row({ upload, onDelete }: { upload: Upload; onDelete: () => void }) {
  return (
    <li className="card uploads__row">
      <div className="uploads__frame">
        {upload.kind === "image" && upload.url !== null ? (
          <img src={upload.url} alt="" loading="lazy" />
        ) : (
          <Icon name={upload.kind === "image" ? "picture" : "music"} size={28} />
        )}
      </div>
      <div className="uploads__text">
        <h2 className="uploads__name">{upload.filename}</h2>
        <p className="soft">{facts(upload)}</p>
        {upload.kind === "audio" && upload.url !== null && <Sound url={upload.url} name={upload.filename} />}
      </div>
      <Button small icon look="danger" aria-label={`Delete ${upload.filename}`} onClick={onDelete}>
        <Icon name="delete" />
      </Button>
    </li>
  );
}

function facts(upload: Upload): string {
  const on = day.format(new Date(upload.created_at));
  if (upload.status === "pending") return `Not finished yet · holds ${bytesOf(upload.size)} · ${on}`;
  if (upload.status === "checking") return `Being checked · holds ${bytesOf(upload.size)} · ${on}`;
  if (upload.status === "rejected") return `Could not be used, takes no room. ${upload.error?.detail ?? ""} · ${on}`;
  const size = upload.width !== null && upload.height !== null ? ` · ${upload.width} × ${upload.height}` : "";
  return `${bytesOf(upload.size)}${size} · ${on}`;
}
