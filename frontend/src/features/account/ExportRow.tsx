import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { sentenceForCode } from "../../api/problem";
import { exportQuery, isOpen, readExport, type Export } from "../../api/rights";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { bytesOf } from "../../components/metrics";
import { dateOf, momentOf, until } from "../../components/times";
import { CopyLine } from "./CopyLine";
import { Trouble } from "./Trouble";
import { percentOf, standingOf, stepText } from "./exports";

interface ExportRowProps {
  item: Export;
  newest: boolean;
  /** It was open, and is not any more; said to whoever listens. */
  onEnded: (said: string) => void;
  onAgain: () => void;
  asking: boolean;
}

export function ExportRow({ item, newest, onEnded, onAgain, asking }: ExportRowProps) {
  switch (standingOf(item, new Date())) {
    case "open":
      return <OpenExport item={item} onEnded={onEnded} />;
    case "ready":
      return <ReadyExport item={item} onGone={() => onEnded("This export is not kept any more.")} />;
    case "failed":
      return (
        <div className="account__what stack">
          <h3>Export of {momentOf(item.created_at)}</h3>
          <Notice
            tone={newest ? "near" : "calm"}
            actions={
              newest && (
                <Button small busy={asking} onClick={onAgain}>
                  Try again
                </Button>
              )
            }
          >
            <strong>It failed.</strong>{" "}
            {item.error ? sentenceForCode(item.error.code, item.error.detail) : "Something went wrong on our side."} Nothing was
            lost or changed.
          </Notice>
        </div>
      );
    case "gone":
      return (
        <div className="account__what">
          <h3>Export of {momentOf(item.created_at)}</h3>
          <p className="soft">
            {item.size !== null && `${bytesOf(item.size)} · `}
            {item.expires_at === null ? "Not kept any more." : `Kept until ${dateOf(item.expires_at)}; gone now.`}
          </p>
        </div>
      );
  }
}

function OpenExport({ item, onEnded }: Pick<ExportRowProps, "item" | "onEnded">) {
  const { data = item, error, isFetching, refetch } = useQuery(exportQuery(item.id));
  const ended = !isOpen(data);
  const ready = data.status === "succeeded";
  const end = useEffectEvent(onEnded);
  useEffect(() => {
    if (ended) end(ready ? "The export is ready." : "The export failed.");
  }, [ended, ready]);
  const percent = percentOf(data);
  return (
    <div className="account__what stack">
      <h3>Export of {momentOf(item.created_at)}</h3>
      {/* The step is announced; each percent is not. */}
      <p role="status">{stepText(data)}</p>
      <div
        className="account__track"
        role="progressbar"
        aria-label="Export"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${percent} %, ${stepText(data)}`}
      >
        <div className="account__fill" style={{ inlineSize: `${percent}%` }} />
      </div>
      <p className="soft">{percent} %. You can leave this page; it goes on.</p>
      {error && <Trouble error={error} retry={() => void refetch()} busy={isFetching} />}
    </div>
  );
}

function ReadyExport({ item, onGone }: { item: Export; onGone: () => void }) {
  const download = useMutation({
    mutationFn: () => readExport(item.id),
    onSuccess: ({ download_url: url }) => (url === null ? onGone() : window.location.assign(url)),
  });
  return (
    <div className="account__what stack">
      <div className="account__head">
        <div>
          <h3>Export of {momentOf(item.created_at)}</h3>
          <p className="soft">
            {item.size !== null && `${bytesOf(item.size)} · `}
            {item.expires_at !== null && (
              <>
                expires {until(item.expires_at, new Date())}, on{" "}
                <time dateTime={item.expires_at}>{momentOf(item.expires_at)}</time>
              </>
            )}
          </p>
        </div>
        <Button
          look="main"
          busy={download.isPending}
          aria-label={`Download the export of ${momentOf(item.created_at)}`}
          onClick={() => download.mutate()}
        >
          <Icon name="download" size={18} />
          Download
        </Button>
      </div>
      {download.error && <Trouble error={download.error} retry={() => download.mutate()} busy={download.isPending} />}
      {item.manifest_sha256 !== null && (
        <CopyLine label="SHA-256 of its manifest.json" what="the checksum" value={item.manifest_sha256} />
      )}
    </div>
  );
}
