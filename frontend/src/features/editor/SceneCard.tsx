import { useEffect, useId, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { ScenePicture } from "./ScenePicture";
import { TextField } from "./TextField";
import { lengthOf, MAX_PROMPT, MAX_TEXT, splitPoint, type Draft, type Edit, type Scene } from "./draft";

interface SceneCardProps {
  project: string;
  scene: Scene;
  number: number;
  count: number;
  aspect: Draft["aspect"];
  full: boolean;
  wrongText: string | undefined;
  wrongPrompt: string | undefined;
  wrongUpload: string | undefined;
  /** It was just added: the cursor goes there. */
  fresh: boolean;
  edit: (edit: Edit) => void;
  /** Tells a screen reader what an edit has done to the order. */
  say: (what: string) => void;
  onDelete: () => void;
}

export function SceneCard({
  project,
  scene,
  number,
  count,
  aspect,
  full,
  wrongText,
  wrongPrompt,
  wrongUpload,
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
          <ScenePicture
            project={project}
            slot={`${project}/${key}`}
            scene={scene}
            number={number}
            aspect={aspect}
            gone={wrongUpload !== undefined}
            onChange={change}
          />
        </div>
      </section>
    </li>
  );
}
