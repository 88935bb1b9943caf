import { lazy, Suspense, useRef, useState } from "react";
import type { UploadKind } from "../../api/uploads";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { useUnderWay } from "./underWay";

// Most projects use no files of one's own: what sends them is loaded when it is asked for.
const OwnFile = lazy(() =>
  import("./OwnFile").then(
    (m) => ({ default: m.OwnFile }),
    () => ({ default: NotLoaded }),
  ),
);

interface OwnSlotProps {
  kind: UploadKind;
  /** Names the place in the draft, also after one has left the page. */
  slot: string;
  /** Whose file it is, such as "scene 2". */
  of: string;
  /** A file that was dropped or pasted. */
  given: File | undefined;
  taken: () => void;
  chosen: boolean;
  onChosen: (id: string) => void;
}

/** A place for one's own file: a button that opens the choice, and how far a file is. */
export function OwnSlot({ kind, slot, of, given, taken, chosen, onChosen }: OwnSlotProps) {
  const [choosing, setChoosing] = useState(false);
  const current = useUnderWay(slot);
  const place = useRef<HTMLDivElement>(null);
  const thing = kind === "image" ? "picture" : "music";
  return (
    <>
      <div ref={place}>
        <Button small onClick={() => setChoosing(true)}>
          <Icon name="upload" />
          {chosen ? `Change ${thing}` : kind === "image" ? "Use your own picture" : "Add background music"}
          <span className="visually-hidden"> for {of}</span>
        </Button>
      </div>
      {(choosing || (given ?? current) !== undefined) && (
        <Suspense fallback={<p className="soft">One moment …</p>}>
          <OwnFile
            kind={kind}
            slot={slot}
            current={current}
            given={given}
            taken={taken}
            choosing={choosing}
            choose={setChoosing}
            onChosen={onChosen}
            onGone={() => {
              if (document.activeElement === document.body)
                place.current?.querySelector("button")?.focus({ preventScroll: true });
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function NotLoaded() {
  return <Notice tone="bad">This part of the page could not be loaded. Reload the page and try again; your text is kept.</Notice>;
}
