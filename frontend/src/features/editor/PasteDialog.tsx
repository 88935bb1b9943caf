import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { voicesQuery } from "../../api/catalog";
import { fieldErrors } from "../../api/problem";
import { splitText, type Proposal } from "../../api/projects";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/Notice";
import { QuoteLines } from "./Price";
import { TextField } from "./TextField";
import { lengthOf, MAX_PASTED, type Draft } from "./draft";
import { languageName, readerOf } from "./languages";
import "./PasteDialog.css";

interface PasteDialogProps {
  draft: Draft;
  /** What was pasted, kept by who opens this: closing it loses no text. */
  text: string;
  onText: (text: string) => void;
  onClose: () => void;
  /** The proposal is to take the place of the draft's scenes. */
  onAccept: (proposal: Proposal) => void;
}

/** A whole text becomes scenes, which are shown with their price before they replace anything. */
export function PasteDialog({ draft, text, onText, onClose, onAccept }: PasteDialogProps) {
  const split = useMutation({ mutationFn: () => splitText(text, draft.language) });
  const proposal = split.data;
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!proposal) area.current?.focus();
  }, [proposal]);
  if (proposal) {
    return (
      <Dialog
        title="What your text becomes"
        onClose={onClose}
        actions={
          <>
            <Button onClick={() => split.reset()}>Back to the text</Button>
            <Button look="main" onClick={() => onAccept(proposal)}>
              {draft.scenes.length === 0 ? "Use these scenes" : "Replace my scenes"}
            </Button>
          </>
        }
      >
        <Proposed draft={draft} proposal={proposal} />
      </Dialog>
    );
  }
  const wrong = fieldErrors(split.error).get("text");
  return (
    <Dialog
      title="Paste a devotional"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="main"
            busy={split.isPending}
            disabled={text.trim() === "" || lengthOf(text) > MAX_PASTED}
            onClick={() => split.mutate()}
          >
            Propose scenes
          </Button>
        </>
      }
    >
      <p className="soft">The whole text, as it stands. It is cut into scenes for you to look at; nothing changes before.</p>
      <TextField
        label="Text of your devotional"
        shortLabel="Text"
        value={text}
        onChange={(value) => {
          split.reset();
          onText(value);
        }}
        fieldRef={area}
        rows={12}
        max={MAX_PASTED}
        count={lengthOf(text)}
        wrong={wrong}
        placeholder="A title, your paragraphs, the verses …"
      />
      {split.error && wrong === undefined && <ErrorNotice error={split.error} />}
    </Dialog>
  );
}

function Proposed({ draft, proposal }: { draft: Draft; proposal: Proposal }) {
  const voices = useQuery(voicesQuery);
  const kept = draft.voice !== "default";
  const voice = voices.data && readerOf(voices.data, kept ? draft.voice : proposal.voice, proposal.language);
  const list = useRef<HTMLDListElement>(null);
  useEffect(() => list.current?.focus(), []);
  return (
    <>
      <dl className="proposal" ref={list} tabIndex={-1}>
        {proposal.title !== "" && (
          <>
            <dt>Title</dt>
            <dd>{proposal.title}</dd>
          </>
        )}
        <dt>Language</dt>
        <dd>{proposal.language === "" ? "Not sure" : languageName(proposal.language)}</dd>
        {voice && (
          <>
            <dt>Voice</dt>
            <dd>
              {voice.name}, {languageName(voice.language)}
              {kept && voice.id === draft.voice && " (as you chose)"}
            </dd>
          </>
        )}
      </dl>
      <section className="stack" aria-labelledby="proposed-scenes">
        <h3 id="proposed-scenes">{proposal.scenes.length === 1 ? "One scene" : `${proposal.scenes.length} scenes`}</h3>
        <ol className="proposal__scenes">
          {proposal.scenes.map((scene, i) => (
            <li key={i} className="proposal__scene">
              <p className="proposal__text" dir="auto" lang={proposal.language || undefined}>
                {scene.text}
              </p>
              {scene.reference !== undefined && <p className="soft">{scene.reference}</p>}
              <p className="soft">Picture: {scene.image_prompt}</p>
            </li>
          ))}
        </ol>
      </section>
      <section className="price" aria-label="Price of these scenes">
        <h3>What it takes</h3>
        <QuoteLines quote={proposal.quote} />
      </section>
    </>
  );
}
