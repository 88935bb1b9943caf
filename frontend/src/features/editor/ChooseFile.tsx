import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { Link } from "react-router";
import { uploadsQuery, type Upload, type UploadKind } from "../../api/uploads";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Icon } from "../../components/Icon";
import { ErrorNotice, Notice } from "../../components/Notice";
import { Skeleton } from "../../components/Skeleton";
import { Sound } from "../../components/Sound";
import { accepted } from "../../components/files";
import { bytesOf } from "../../components/metrics";

interface ChooseFileProps {
  kind: UploadKind;
  wrong: string | undefined;
  onFile: (file: File) => void;
  onUpload: (upload: Upload) => void;
  onClose: () => void;
}

const words = {
  image: {
    title: "Use your own picture",
    choose: "Choose a picture",
    rule: "JPEG, PNG, WebP, GIF, AVIF or HEIC, up to 20 MB. You can drop it here, or paste it.",
    before: "Pictures that you uploaded before",
    more: "More pictures",
  },
  audio: {
    title: "Background music",
    choose: "Choose a piece of music",
    rule: "MP3, WAV or M4A, up to 100 MB. You can drop it here. Use music that you may use.",
    before: "Music that you uploaded before",
    more: "More music",
  },
} as const;

export function ChooseFile({ kind, wrong, onFile, onUpload, onClose }: ChooseFileProps) {
  const [over, setOver] = useState(false);
  const said = words[kind];
  const pasted = useEffectEvent((event: ClipboardEvent) => {
    const file = event.clipboardData?.files[0];
    if (file) onFile(file);
  });
  useEffect(() => {
    const hear = (event: ClipboardEvent) => pasted(event);
    document.addEventListener("paste", hear);
    return () => document.removeEventListener("paste", hear);
  }, []);
  return (
    <Dialog title={said.title} onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      {/* Dropping is a second way to what the button in it does. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <label
        className={over ? "own-drop own-drop--over" : "own-drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const file = event.dataTransfer.files[0];
          if (file) onFile(file);
        }}
      >
        <Icon name="upload" size={28} />
        <span className="own-drop__choose">{said.choose}</span>
        <span className="soft">{said.rule}</span>
        <input
          type="file"
          className="visually-hidden"
          accept={accepted(kind)}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = ""; // the same file can be chosen again
            if (file) onFile(file);
          }}
        />
      </label>
      {wrong !== undefined && <Notice tone="bad">{wrong}</Notice>}
      <Earlier kind={kind} onUpload={onUpload} />
    </Dialog>
  );
}

function Earlier({ kind, onUpload }: { kind: UploadKind; onUpload: (upload: Upload) => void }) {
  const uploads = useInfiniteQuery(uploadsQuery(kind));
  const ready = uploads.data?.pages.flatMap((page) => page.items).filter((u) => u.status === "ready") ?? [];
  const { hasNextPage, isFetching, isError, fetchNextPage } = uploads;
  // A page may hold nothing that is ready, and not be the last.
  const wantsMore = hasNextPage && !isFetching && !isError && ready.length === 0;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);
  if (uploads.isPending) return <Skeleton height={6} label="Loading what you uploaded" />;
  if (uploads.isError && ready.length === 0) {
    return <ErrorNotice error={uploads.error} retry={() => void uploads.refetch()} busy={isFetching} />;
  }
  if (ready.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="earlier">
      <h3 id="earlier">{words[kind].before}</h3>
      <ul className={kind === "image" ? "own-pictures" : "stack"}>
        {ready.map((upload) => (
          <li key={upload.id}>
            {kind === "image" ? (
              <button type="button" className="own-picture" onClick={() => onUpload(upload)}>
                <img src={upload.url ?? ""} alt="" loading="lazy" />
                <span>{upload.filename}</span>
              </button>
            ) : (
              <Music upload={upload} onUse={() => onUpload(upload)} />
            )}
          </li>
        ))}
      </ul>
      <p className="soft">
        To delete some, go to <Link to="/uploads">your uploads</Link>.
      </p>
      {hasNextPage && (
        <div>
          <Button small busy={uploads.isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {words[kind].more}
          </Button>
        </div>
      )}
    </section>
  );
}

function Music({ upload, onUse }: { upload: Upload; onUse: () => void }) {
  return (
    <div className="own-sound">
      <p className="own-sound__name">
        {upload.filename} <span className="soft">{bytesOf(upload.size)}</span>
      </p>
      <Sound url={upload.url ?? ""} name={upload.filename} />
      <Button small aria-label={`Use ${upload.filename}`} onClick={onUse}>
        Use
      </Button>
    </div>
  );
}
