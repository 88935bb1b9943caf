import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import { hasCode, sentenceFor, UnreachableError } from "../../api/problem";
import { PostRefusedError } from "../../api/sending";
import type { UploadKind } from "../../api/uploads";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { QuotaNotice } from "../../components/QuotaNotice";
import { bytesOf } from "../../components/metrics";
import type { OnItsWay } from "./underWay";

interface UnderwayProps {
  kind: UploadKind;
  onItsWay: OnItsWay;
  /** Another file is wanted. */
  onAnother: () => void;
  onGone: () => void;
}

/** How far a file is, and what stopped it. */
export function Underway({ kind, onItsWay: { file, sending }, onAnother, onGone }: UnderwayProps) {
  const view = useSyncExternalStore(sending.subscribe, sending.view);
  const gone = useEffectEvent(onGone);
  useEffect(() => () => gone(), []);
  if (view.state === "ready" || view.state === "canceled") return null;
  const cancel = () => void sending.cancel();
  if (view.state === "failed") {
    return (
      <div className="own stack">
        <Failure error={view.error} name={file.name} />
        <div className="row">
          {view.again ? (
            <Button small onClick={() => void sending.retry()}>
              Try again
            </Button>
          ) : (
            <Button small onClick={onAnother}>
              Choose another file
            </Button>
          )}
          <Button small onClick={cancel}>
            Cancel
          </Button>
        </div>
      </div>
    );
  }
  const percent = view.state === "sending" ? Math.floor(view.sent * 100) : 100;
  const doing = view.state === "sending" ? `Sending “${file.name}”` : `Looking at “${file.name}”`;
  return (
    <div className="own">
      {kind === "image" && <Thumbnail file={file} />}
      <div className="own__progress">
        <p role="status">{doing} …</p>
        <div
          className="own__track"
          role="progressbar"
          aria-label={doing}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          aria-valuetext={`${percent} % of ${bytesOf(file.size)}`}
        >
          <div className="own__fill" style={{ inlineSize: `${percent}%` }} />
        </div>
        <p className="soft own__share" aria-hidden="true">
          {percent} % of {bytesOf(file.size)}
        </p>
      </div>
      <Button small onClick={cancel}>
        Cancel
      </Button>
    </div>
  );
}

/** The file itself, as it is on this device; a drawing where the browser cannot show it, as most cannot a HEIC. */
function Thumbnail({ file }: { file: File }) {
  const [address, setAddress] = useState<string>();
  const [hidden, setHidden] = useState<File>(); // the one that could not be shown
  useEffect(() => {
    const made = URL.createObjectURL(file);
    // An object URL is made and given back together.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  if (address === undefined) return null;
  if (hidden === file) {
    return (
      <span className="own__thumbnail own__thumbnail--hidden">
        <Icon name="picture" size={28} />
      </span>
    );
  }
  return <img className="own__thumbnail" src={address} alt="" onError={() => setHidden(file)} />;
}

function Failure({ error, name }: { error: unknown; name: string }) {
  if (hasCode(error, "quota_exceeded")) return <QuotaNotice error={error} what={`“${name}”`} />;
  return <Notice tone="bad">{reason(error, name)}</Notice>;
}

function reason(error: unknown, name: string): string {
  if (error instanceof UnreachableError) {
    const hope = navigator.onLine ? "Try again." : "It goes on by itself when you are online again.";
    return `The connection broke off while “${name}” was sent. ${hope}`;
  }
  if (error instanceof PostRefusedError) return `“${name}” was not taken by the store. Try again.`;
  if (hasCode(error, "upload_rejected") && error.problem.detail !== "")
    return `“${name}” cannot be used. ${error.problem.detail}`;
  return sentenceFor(error);
}
