import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { createIntention } from "../../api/intention";
import { hasCode } from "../../api/problem";
import { imageQuery, previewImage } from "../../api/projects";
import { usageQuery } from "../../api/usage";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { ErrorNotice } from "../../components/Notice";
import { TextField } from "./TextField";
import { lengthOf, MAX_PROMPT, MAX_TEXT, splitPoint, type Draft, type Edit, type Scene } from "./draft";

interface SceneCardProps {
  scene: Scene;
  number: number;
  count: number;
  aspect: Draft["aspect"];
  full: boolean;
  wrongText: string | undefined;
  wrongPrompt: string | undefined;
  /** It was just added: the cursor goes there. */
  fresh: boolean;
  edit: (edit: Edit) => void;
  /** Tells a screen reader what an edit has done to the order. */
  say: (what: string) => void;
  onDelete: () => void;
}

export function SceneCard({
  scene,
  number,
  count,
  aspect,
  full,
  wrongText,
  wrongPrompt,
  fresh,
  edit,
  say,
  onDelete,
}: SceneCardProps) {
  const text = useRef<HTMLTextAreaElement>(null);
  const title = useId();
  const [cursor, setCursor] = useState(0);
  const { key } = scene;
  useEffect(() => {
    if (fresh) text.current?.focus();
  }, [fresh]);
  const move = (by: -1 | 1) => {
    edit({ do: "move", key, by });
    say(`Scene ${number} is scene ${number + by} now.`);
  };
  const change = (what: Partial<Omit<Scene, "key">>) => edit({ do: "change scene", key, what });

  return (
    <li>
      <section className="card scene" aria-labelledby={title}>
        <div className="scene__head">
          <h3 id={title}>Scene {number}</h3>
          <div className="scene__tools">
            <Button small icon disabled={number === 1} aria-label={`Move scene ${number} up`} onClick={() => move(-1)}>
              <Icon name="up" />
            </Button>
            <Button small icon disabled={number === count} aria-label={`Move scene ${number} down`} onClick={() => move(1)}>
              <Icon name="down" />
            </Button>
            <Button
              small
              icon
              disabled={full || splitPoint(scene.text, cursor) === undefined}
              aria-label={`Split scene ${number}`}
              title="Split at the cursor"
              onClick={() => {
                edit({ do: "split", key, at: text.current?.selectionStart ?? 0 });
                say(`Scene ${number} was split; its second half is scene ${number + 1}.`);
              }}
            >
              <Icon name="split" />
            </Button>
            <Button small icon look="danger" aria-label={`Delete scene ${number}`} onClick={onDelete}>
              <Icon name="delete" />
            </Button>
          </div>
        </div>
        <div className="scene__body">
          <div className="scene__words">
            <TextField
              label={`Text of scene ${number}`}
              shortLabel="Text"
              fieldRef={text}
              rows={5}
              value={scene.text}
              max={MAX_TEXT}
              count={lengthOf(scene.text)}
              wrong={wrongText}
              placeholder="What is read aloud over this picture"
              onCursor={setCursor}
              onChange={(value) => change({ text: value })}
            />
            <TextField
              label={`Picture of scene ${number}`}
              shortLabel="Picture"
              rows={2}
              value={scene.prompt}
              max={MAX_PROMPT}
              count={lengthOf(scene.prompt)}
              wrong={wrongPrompt}
              placeholder="What the picture shows; left empty, it follows the text"
              onChange={(value) => change({ prompt: value })}
            />
          </div>
          <ScenePicture scene={scene} number={number} aspect={aspect} onImage={(imageId) => change({ imageId })} />
        </div>
      </section>
    </li>
  );
}

interface ScenePictureProps {
  scene: Scene;
  number: number;
  aspect: Draft["aspect"];
  onImage: (id: string) => void;
}

function ScenePicture({ scene, number, aspect, onImage }: ScenePictureProps) {
  const queries = useQueryClient();
  const image = useQuery({ ...imageQuery(scene.imageId), enabled: scene.imageId !== "" });
  const prompt = scene.prompt.trim() || Array.from(scene.text.trim()).slice(0, MAX_PROMPT).join("");
  const [carryOut] = useState(createIntention);
  const preview = useMutation({
    mutationFn: () => carryOut(`${aspect} ${prompt}`, (key) => previewImage(prompt, aspect, key)),
    onSuccess: (made) => {
      queries.setQueryData(imageQuery(made.id).queryKey, made);
      onImage(made.id);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: usageQuery.queryKey }),
  });
  const button = useRef<HTMLDivElement>(null);
  const shown = scene.imageId !== "" ? image : undefined;

  return (
    <div className="scene__picture">
      <div className="scene__frame" data-aspect={aspect} aria-busy={preview.isPending}>
        {shown?.data ? (
          <img
            src={shown.data.url}
            alt={`Preview of scene ${number}`}
            onError={() => !shown.isFetching && void shown.refetch()}
          />
        ) : (
          <p className="soft">{preview.isPending ? "Painting …" : pictureText(shown)}</p>
        )}
      </div>
      {shown?.isError && !hasCode(shown.error, "not_found") && (
        <ErrorNotice error={shown.error} retry={() => void shown.refetch()} busy={shown.isFetching} />
      )}
      <div className="row" ref={button}>
        <Button small busy={preview.isPending} disabled={prompt === ""} onClick={() => preview.mutate()}>
          <Icon name="picture" />
          Preview picture
        </Button>
        {scene.imageId !== "" && (
          <Button
            small
            onClick={() => {
              button.current?.querySelector("button")?.focus(); // this one goes
              onImage("");
            }}
          >
            Remove picture
          </Button>
        )}
      </div>
      <p className="soft scene__hint">A preview takes one picture of your quota; the video then uses it.</p>
      {preview.error && <ErrorNotice error={preview.error} />}
    </div>
  );
}

function pictureText(image: { isError: boolean; error: unknown } | undefined): string {
  if (!image) return "No preview yet. The picture is made with the video.";
  if (!image.isError) return "Loading the preview …";
  if (hasCode(image.error, "not_found")) return "This preview is gone. A new picture is made with the video.";
  return "The preview is there, but could not be loaded.";
}
