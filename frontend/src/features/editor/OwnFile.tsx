import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { UnreachableError } from "../../api/problem";
import { createSending, postFile } from "../../api/sending";
import { announceUpload, completeUpload, deleteUpload, uploadQuery, type Upload, type UploadKind } from "../../api/uploads";
import { usageQuery } from "../../api/usage";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { nameOf, typeOf, whyNot } from "../../components/files";
import { ChooseFile } from "./ChooseFile";
import { Underway } from "./Underway";
import { underWay, type OnItsWay } from "./underWay";
import "./Own.css";

export interface OwnFileProps {
  kind: UploadKind;
  slot: string;
  current: OnItsWay | undefined;
  given: File | undefined;
  taken: () => void;
  choosing: boolean;
  choose: (open: boolean) => void;
  onChosen: (id: string) => void;
  /** What had the focus goes. */
  onGone: () => void;
}

/** Sends a file of one's own to a place in the draft, or finds it among those that were sent before. */
export function OwnFile({ kind, slot, current, given, taken, choosing, choose, onChosen, onGone }: OwnFileProps) {
  const queries = useQueryClient();
  const [unfit, setUnfit] = useState<string>();
  const wrong = unfit ?? (given && whyNot(kind, given));

  useEffect(() => {
    if (!given || whyNot(kind, given) !== undefined) return;
    taken();
    if (underWay.get(slot)?.file !== given) send(queries, kind, slot, given, onChosen);
  });

  return (
    <>
      {choosing && (
        <ChooseFile
          kind={kind}
          wrong={wrong}
          onFile={(file) => {
            const reason = whyNot(kind, file);
            setUnfit(reason);
            if (reason !== undefined) return;
            taken();
            choose(false);
            send(queries, kind, slot, file, onChosen);
          }}
          onUpload={(upload) => {
            void current?.sending.cancel();
            taken();
            keep(queries, upload);
            onChosen(upload.id);
            choose(false);
          }}
          onClose={() => {
            setUnfit(undefined);
            taken();
            choose(false);
          }}
        />
      )}
      {!choosing && wrong !== undefined && (
        <Notice
          tone="bad"
          actions={
            <Button
              small
              onClick={() => {
                setUnfit(undefined);
                taken();
                onGone();
              }}
            >
              Close
            </Button>
          }
        >
          {wrong}
        </Notice>
      )}
      {current && (
        <Underway
          key={`${current.file.name} ${current.file.lastModified}`}
          kind={kind}
          onItsWay={current}
          onAnother={() => choose(true)}
          onGone={onGone}
        />
      )}
    </>
  );
}

const keep = (queries: QueryClient, upload: Upload) => queries.setQueryData(uploadQuery(upload.id).queryKey, upload);

/** Begins to send a file; one that is on its way to the same place is canceled. */
function send(queries: QueryClient, kind: UploadKind, slot: string, file: File, onChosen: (id: string) => void) {
  void underWay.get(slot)?.sending.cancel();
  const type = typeOf(kind, file) ?? file.type;
  const count = () => {
    void queries.invalidateQueries({ queryKey: usageQuery.queryKey });
    void queries.invalidateQueries({ queryKey: ["uploads"] });
  };
  const sending = createSending({
    announce: (key) => announceUpload({ filename: nameOf(file), content_type: type, size: file.size }, key),
    post: (form, announced, onSent, signal) => postFile(file, form, announced, onSent, signal),
    complete: completeUpload,
    remove: (id) => deleteUpload(id).finally(count),
    now: Date.now,
  });
  const one = { file, sending };
  underWay.set(slot, one);
  const end = sending.subscribe(() => {
    const view = sending.view();
    if (view.state === "failed") count();
    if (view.state !== "ready" && view.state !== "canceled") return;
    end();
    count();
    if (underWay.get(slot) === one) underWay.set(slot, undefined);
    if (view.state === "canceled") return;
    keep(queries, view.upload);
    onChosen(view.upload.id);
  });
  void sending.start();
}

// A file that is on its way is lost with the window, unlike everything else here.
window.addEventListener("beforeunload", (event) => {
  const open = underWay.all().some(({ sending }) => ["sending", "checking"].includes(sending.view().state));
  if (open) event.preventDefault();
});

window.addEventListener("online", () => {
  for (const { sending } of underWay.all()) {
    const view = sending.view();
    if (view.state === "failed" && view.error instanceof UnreachableError) void sending.retry();
  }
});
