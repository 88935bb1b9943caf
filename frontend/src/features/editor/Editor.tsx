import { Fragment, lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { fieldSentence } from "../../api/problem";
import { deleteProject, type Project } from "../../api/projects";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { DeleteDraft } from "./DeleteDraft";
import { Price } from "./Price";
import { SaveState } from "./SaveState";
import { SceneCard } from "./SceneCard";
import { Settings } from "./Settings";
import { fieldMessage, type Autosave, type View } from "./autosave";
import { forget } from "./backup";
import { draftOf, firstDifference, lengthOf, MAX_SCENES, MAX_TITLE, pasted, type Draft, type Scene } from "./draft";
import { underWay } from "./underWay";
import { closeDraft, useAutosave } from "./useAutosave";
import "./Editor.css";

const PasteDialog = lazy(() => import("./PasteDialog").then((m) => ({ default: m.PasteDialog })));

interface EditorProps {
  user: string;
  project: Project;
  /** What one does with a finished draft; the draft is saved before. */
  action: (autosave: Autosave) => ReactNode;
  /** The pictures that were made for the draft. */
  pictures: (scenes: readonly Scene[], edit: Autosave["edit"]) => ReactNode;
  onDeleted: () => void;
}

export function Editor({ user, project, action, pictures, onDeleted }: EditorProps) {
  const { draft, version, saving, unsafe, autosave } = useAutosave(user, project);
  const [removed, setRemoved] = useState<{ scene: Scene; index: number }>();
  const [pasting, setPasting] = useState(false);
  const [whole, setWhole] = useState(""); // the text that is pasted
  const [replaced, setReplaced] = useState<Draft>(); // what a pasted text took the place of
  const [fresh, setFresh] = useState<string>();
  const [said, say] = useState("");
  const { edit } = autosave;
  const putBack = () => {
    if (!removed) return;
    edit({ do: "put back", ...removed });
    setRemoved(undefined);
    setFresh(removed.scene.key);
  };
  const full = draft.scenes.length >= MAX_SCENES;
  const refusedTitle = fieldMessage(saving, "title");
  const wrongTitle =
    draft.title.trim() === ""
      ? "Give your video a title."
      : lengthOf(draft.title) > MAX_TITLE
        ? `The title has ${lengthOf(draft.title) - MAX_TITLE} characters too many.`
        : refusedTitle && fieldSentence("title", refusedTitle);

  return (
    <div className="editor">
      <div className="editor__main stack">
        {saving.state === "gone" && (
          <Notice tone="bad">
            This project was deleted in another tab or on another device. Your text is still here: copy what you need.
          </Notice>
        )}
        <div className="field">
          <label htmlFor="title" className="field__label">
            Title
          </label>
          <input
            id="title"
            className="field__input field__input--title"
            value={draft.title}
            aria-invalid={wrongTitle !== undefined}
            aria-describedby={wrongTitle === undefined ? undefined : "title-wrong"}
            onChange={(event) => edit({ do: "change", what: { title: event.target.value } })}
          />
          {wrongTitle !== undefined && (
            <p id="title-wrong" className="field__wrong" role="alert">
              {wrongTitle}
            </p>
          )}
        </div>
        <div className="editor__scenes-head">
          <h2 id="scenes">Scenes</h2>
          <Button small onClick={() => setPasting(true)}>
            <Icon name="add" />
            Paste a devotional
          </Button>
        </div>
        {replaced && (
          <Replaced
            count={replaced.scenes.length}
            onUndo={() => {
              edit({ do: "replace", draft: replaced });
              setReplaced(undefined);
              say("Your draft is as it was before.");
            }}
          />
        )}
        <p role="status" className="visually-hidden">
          {said}
        </p>
        <ul className="stack" aria-labelledby="scenes">
          {draft.scenes.map((scene, i) => (
            <Fragment key={scene.key}>
              {removed?.index === i && <Removed key={removed.scene.key} number={i + 1} full={full} onUndo={putBack} />}
              <SceneCard
                project={project.id}
                scene={scene}
                number={i + 1}
                count={draft.scenes.length}
                aspect={draft.aspect}
                full={full}
                wrongText={fieldMessage(saving, `scenes[${i}].text`)}
                wrongPrompt={fieldMessage(saving, `scenes[${i}].image_prompt`)}
                wrongUpload={fieldMessage(saving, `scenes[${i}].upload_id`)}
                fresh={scene.key === fresh}
                edit={edit}
                say={say}
                onDelete={() => {
                  void underWay.cancel(`${project.id}/${scene.key}`);
                  edit({ do: "delete", key: scene.key });
                  setRemoved({ scene, index: i });
                }}
              />
            </Fragment>
          ))}
          {removed && removed.index >= draft.scenes.length && (
            <Removed key={removed.scene.key} number={removed.index + 1} full={full} onUndo={putBack} />
          )}
        </ul>
        {draft.scenes.length === 0 && (
          <p className="soft">A video is made of scenes: a text that is read aloud, over a picture.</p>
        )}
        <div className="row">
          <Button
            disabled={full}
            onClick={() => {
              edit({ do: "add", after: undefined });
              setFresh(autosave.view().draft.scenes.at(-1)?.key);
            }}
          >
            <Icon name="add" />
            Add a scene
          </Button>
          {full && <p className="soft">A video has at most {MAX_SCENES} scenes.</p>}
        </div>
        <Settings
          project={project.id}
          found={project.language_found}
          draft={draft}
          wrongMusic={fieldMessage(saving, "music_upload_id")}
          onChange={(what) => edit({ do: "change", what })}
        />
        {pictures(draft.scenes, edit)}
        <DeleteDraft
          remove={() => deleteProject(project.id)}
          onDeleted={() => {
            void underWay.cancel(`${project.id}/`);
            closeDraft(user, project.id);
            forget(user, project.id);
            onDeleted();
          }}
        />
      </div>
      <aside className="editor__aside" aria-label="Make the video">
        <div className="card stack">
          <SaveState saving={saving} unsafe={unsafe} />
          <Price
            project={project.id}
            version={version}
            waiting={saving.state === "saving" || saving.state === "waiting"}
            empty={draft.scenes.every((s) => s.text.trim() === "")}
          />
          {action(autosave)}
        </div>
      </aside>
      {pasting && (
        <Suspense fallback={null}>
          <PasteDialog
            draft={draft}
            text={whole}
            onText={setWhole}
            onClose={() => setPasting(false)}
            onAccept={(proposal) => {
              setPasting(false);
              setWhole("");
              setRemoved(undefined);
              setReplaced(draft);
              edit({ do: "replace", draft: pasted(draft, proposal) });
            }}
          />
        </Suspense>
      )}
      {saving.state === "conflict" && <Conflict autosave={autosave} draft={draft} theirs={saving.theirs} />}
    </div>
  );
}

/** Stands where a scene was and takes the focus that its button had. */
function Removed({ number, full, onUndo }: { number: number; full: boolean; onUndo: () => void }) {
  const undo = useRef<HTMLDivElement>(null);
  useEffect(() => undo.current?.querySelector("button")?.focus(), []);
  return (
    <li>
      <div ref={undo}>
        <Notice
          actions={
            <Button small disabled={full} onClick={onUndo}>
              Undo
            </Button>
          }
        >
          Scene {number} deleted.{full && ` A video has at most ${MAX_SCENES} scenes: delete another one to put it back.`}
        </Notice>
      </div>
    </li>
  );
}

/** Stands above the scenes of a pasted text, which it takes back; it takes the focus from the dialog. */
function Replaced({ count, onUndo }: { count: number; onUndo: () => void }) {
  const undo = useRef<HTMLDivElement>(null);
  useEffect(() => undo.current?.querySelector("button")?.focus(), []);
  return (
    <div ref={undo}>
      <Notice
        actions={
          <Button small onClick={onUndo}>
            Undo
          </Button>
        }
      >
        These scenes are from what you pasted. Undo brings back{" "}
        {count === 0 ? "your draft" : count === 1 ? "your scene" : `your ${count} scenes`} as before.
      </Notice>
    </div>
  );
}

function Conflict({ autosave, draft, theirs }: { autosave: Autosave; draft: View["draft"]; theirs: Project }) {
  const [later, setLater] = useState(false);
  const difference = firstDifference(draft, draftOf(theirs));
  if (later) {
    return (
      <div className="editor__conflict">
        <Notice
          tone="near"
          actions={
            <Button small onClick={() => setLater(false)}>
              Decide now
            </Button>
          }
        >
          This project was changed elsewhere too. What you write stays on this device until you decide.
        </Notice>
      </div>
    );
  }
  return (
    <Dialog
      title="This project was changed elsewhere"
      onClose={() => setLater(true)}
      actions={
        <>
          <Button onClick={autosave.takeTheirs}>Take the other version</Button>
          <Button look="main" onClick={autosave.keepMine}>
            Keep my version
          </Button>
        </>
      }
    >
      <p>
        It was saved in another tab or on another device ({saved.format(new Date(theirs.updated_at))}) while you were writing
        here. Which one shall stay?
      </p>
      <p className="soft">The first difference: {difference.place}</p>
      <dl className="editor__versions">
        <dt>Yours</dt>
        <dd>{excerpt(difference.mine)}</dd>
        <dt>The other one</dt>
        <dd>{excerpt(difference.theirs)}</dd>
      </dl>
    </Dialog>
  );
}

const saved = new Intl.DateTimeFormat("en", { timeStyle: "short", dateStyle: "medium" });

const LONGEST = 160;

function excerpt(text: string): string {
  const letters = Array.from(text);
  if (letters.length === 0) return "(empty)";
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")} …` : text;
}
