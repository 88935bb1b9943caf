import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type ClipboardEvent, type DragEvent } from "react";
import { createIntention } from "../../api/intention";
import { hasCode } from "../../api/problem";
import { imageQuery, previewImage } from "../../api/projects";
import { uploadQuery } from "../../api/uploads";
import { usageQuery } from "../../api/usage";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { ErrorNotice } from "../../components/Notice";
import { Picture } from "../../components/Picture";
import { OwnSlot } from "./OwnSlot";
import { MAX_PROMPT, type Draft, type Scene } from "./draft";

interface ScenePictureProps {
  project: string;
  /** Names the scene also after one has left the page. */
  slot: string;
  scene: Scene;
  number: number;
  aspect: Draft["aspect"];
  /** The API says that the uploaded picture is not there. */
  gone: boolean;
  onChange: (what: { imageId: string; uploadId: string }) => void;
}

/** What a scene shows: a picture of one's own, a preview, or one that is made with the video. */
export function ScenePicture({ project, slot, scene, number, aspect, gone, onChange }: ScenePictureProps) {
  const queries = useQueryClient();
  const own = scene.uploadId !== "";
  const image = useQuery({ ...imageQuery(scene.imageId), enabled: !own && scene.imageId !== "" });
  const upload = useQuery({ ...uploadQuery(scene.uploadId), enabled: own });
  const prompt = scene.prompt.trim() || Array.from(scene.text.trim()).slice(0, MAX_PROMPT).join("");
  const [carryOut] = useState(createIntention);
  const preview = useMutation({
    mutationFn: () => carryOut(`${aspect} ${prompt}`, (key) => previewImage(project, prompt, aspect, key)),
    onSuccess: (made) => {
      queries.setQueryData(imageQuery(made.id).queryKey, made);
      onChange({ imageId: made.id, uploadId: "" });
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["images"] });
      void queries.invalidateQueries({ queryKey: usageQuery.queryKey });
    },
  });
  const { given, taken, over, drop } = useDropped();
  const buttons = useRef<HTMLDivElement>(null);
  const shown = own ? upload : scene.imageId !== "" ? image : undefined;
  const lost = own && (gone || hasCode(upload.error, "not_found"));

  return (
    <div className="scene__picture" data-over={over} {...drop}>
      <div className="scene__frame" data-aspect={aspect} aria-busy={preview.isPending}>
        {shown?.data?.url && !lost ? (
          <Picture
            key={own ? scene.uploadId : scene.imageId}
            url={shown.data.url}
            alt={own ? `Your picture of scene ${number}` : `Preview of scene ${number}`}
            onStale={() => !shown.isFetching && void shown.refetch()}
            instead={
              own
                ? "Your picture does not load. If it stays so, choose it again."
                : "The preview does not load. If it stays so, make another one."
            }
          />
        ) : (
          <p className="soft">{preview.isPending ? "Painting …" : pictureText(own, lost, shown)}</p>
        )}
      </div>
      {lost && (
        <p className="field__wrong" role="alert">
          Your picture of this scene was deleted. Choose another one, or remove it: then one is painted.
        </p>
      )}
      {shown?.isError && !hasCode(shown.error, "not_found") && (
        <ErrorNotice error={shown.error} retry={() => void shown.refetch()} busy={shown.isFetching} />
      )}
      <div className="row" ref={buttons}>
        {!own && (
          <Button small busy={preview.isPending} disabled={prompt === ""} onClick={() => preview.mutate()}>
            <Icon name="picture" />
            Preview picture
          </Button>
        )}
        <OwnSlot
          kind="image"
          slot={slot}
          of={`scene ${number}`}
          given={given}
          taken={taken}
          chosen={own}
          onChosen={(uploadId) => onChange({ uploadId, imageId: "" })}
        />
        {(own || scene.imageId !== "") && (
          <Button
            small
            onClick={() => {
              buttons.current?.querySelector("button")?.focus(); // this one goes
              onChange({ imageId: "", uploadId: "" });
            }}
          >
            Remove picture
          </Button>
        )}
      </div>
      {!lost && (
        <p className="soft scene__hint">
          {own
            ? "The video shows your own picture here; nothing is painted for this scene."
            : "A preview takes one picture of your quota; the video then uses it."}
        </p>
      )}
      {preview.error && <ErrorNotice error={preview.error} />}
    </div>
  );
}

function pictureText(own: boolean, lost: boolean, image: { isError: boolean; error: unknown } | undefined): string {
  if (lost) return "This picture is gone.";
  if (!image) return "No preview yet. The picture is made with the video.";
  if (!image.isError) return own ? "Loading your picture …" : "Loading the preview …";
  if (hasCode(image.error, "not_found"))
    return "This preview was deleted. Make another one, or remove it: then a picture is made with the video.";
  return own ? "Your picture is there, but could not be loaded." : "The preview is there, but could not be loaded.";
}

/** A file that was dropped on an element, or pasted while something in it had the focus. */
function useDropped() {
  const [given, setGiven] = useState<File>();
  const [over, setOver] = useState(false);
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      const file = event.dataTransfer.files[0];
      if (!file) return;
      event.preventDefault();
      setGiven(file);
    },
    onPaste: (event: ClipboardEvent) => {
      const file = event.clipboardData.files[0];
      // The dialog listens for itself; office programs send a picture of the text that they copy.
      if (!file || event.clipboardData.types.includes("text/plain") || document.querySelector("dialog:modal")) return;
      event.preventDefault();
      setGiven(file);
    },
  };
  return { given, taken: () => setGiven(undefined), over, drop };
}
