import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { voicesQuery, type Voice } from "../../api/catalog";
import { Button } from "../../components/Button";
import { Choices } from "../../components/Choices";
import { Icon } from "../../components/Icon";
import { ErrorNotice } from "../../components/Notice";
import { PlanMark, SeeFeature } from "../../components/SeePlans";
import { Skeleton } from "../../components/Skeleton";
import { useMissing } from "../../components/usePlans";
import { OwnSlot } from "./OwnSlot";
import { TextLanguage, VoiceHint } from "./TextLanguage";
import type { Draft } from "./draft";
import { languageName, readerOf } from "./languages";

// Most videos have no music.
const Music = lazy(() =>
  import("./Music").then(
    (m) => ({ default: m.Music }),
    () => ({ default: () => <p className="soft">The music is chosen, but could not be loaded here.</p> }),
  ),
);

interface SettingsProps {
  project: string;
  /** The language that the text was found to be in; "" is not known. */
  found: string;
  draft: Draft;
  /** The API says that the music is not there. */
  wrongMusic: string | undefined;
  onChange: (what: Partial<Omit<Draft, "scenes" | "title">>) => void;
}

const formats = [
  { value: "16:9", label: "Wide 16:9" },
  { value: "9:16", label: "Tall 9:16" },
  { value: "1:1", label: "Square 1:1" },
] as const;

const resolutions = [
  { value: "720p", label: "720p" },
  { value: "1080p", label: "1080p" },
  { value: "4k", label: "4K" },
] as const;

export function Settings({ project, found, draft, wrongMusic, onChange }: SettingsProps) {
  return (
    <section className="card stack" aria-labelledby="settings">
      <h2 id="settings">Voice and format</h2>
      <TextLanguage found={found} value={draft.language} onChange={(language) => onChange({ language })} />
      <Voices written={draft.language || found} value={draft.voice} onChange={(voice) => onChange({ voice })} />
      <VoiceHint written={draft.language || found} value={draft.voice} onChange={(voice) => onChange({ voice })} />
      <Choices legend="Format" options={formats} value={draft.aspect} onChange={(aspect) => onChange({ aspect })} />
      <Resolution value={draft.resolution} onChange={(resolution) => onChange({ resolution })} />
      <label className="check">
        <input type="checkbox" checked={draft.captions} onChange={(event) => onChange({ captions: event.target.checked })} />
        Captions
      </label>
      <BackgroundMusic
        slot={`${project}/music`}
        id={draft.musicId}
        gone={wrongMusic !== undefined}
        onChange={(musicId) => onChange({ musicId })}
      />
    </section>
  );
}

interface ResolutionProps {
  value: Draft["resolution"];
  onChange: (resolution: Draft["resolution"]) => void;
}

/** Says which plan 4K needs before it is chosen. */
function Resolution({ value, onChange }: ResolutionProps) {
  const missing = useMissing("render_4k");
  const options = resolutions.map((option) =>
    missing && option.value === "4k"
      ? { ...option, note: <PlanMark plan={missing} />, extra: <SeeFeature feature="render_4k" /> }
      : option,
  );
  return <Choices legend="Resolution" options={options} value={value} onChange={onChange} />;
}

const nothing = () => undefined;

interface BackgroundMusicProps {
  slot: string;
  id: string;
  gone: boolean;
  onChange: (id: string) => void;
}

function BackgroundMusic({ slot, id, gone, onChange }: BackgroundMusicProps) {
  const place = useRef<HTMLDivElement>(null);
  return (
    <div className="music" role="group" aria-labelledby="music">
      <h3 id="music">Background music</h3>
      {id === "" ? (
        <p className="soft">None. Music is heard softly below the narration.</p>
      ) : (
        <Suspense fallback={<Skeleton height={5} label="Loading the music" />}>
          <Music id={id} />
        </Suspense>
      )}
      {gone && (
        <p className="field__wrong" role="alert">
          This piece of music is not there any more. Choose another one, or remove it.
        </p>
      )}
      <div className="row" ref={place}>
        <OwnSlot
          kind="audio"
          slot={slot}
          of="this video"
          given={undefined}
          taken={nothing}
          chosen={id !== ""}
          onChosen={onChange}
        />
        {id !== "" && (
          <Button
            small
            onClick={() => {
              place.current?.querySelector("button")?.focus(); // this one goes
              onChange("");
            }}
          >
            Remove music
          </Button>
        )}
      </div>
    </div>
  );
}

interface VoicesProps {
  /** The language of the text; "" is not known. */
  written: string;
  value: string;
  onChange: (voice: string) => void;
}

function Voices({ written, value, onChange }: VoicesProps) {
  const voices = useQuery(voicesQuery);
  const { playing, play, failed } = useSample();
  if (voices.isError) return <ErrorNotice error={voices.error} retry={() => void voices.refetch()} busy={voices.isFetching} />;
  if (!voices.data) return <Skeleton height={5} label="Loading the voices" />;
  const chosen = readerOf(voices.data, value, written)?.id ?? value;
  return (
    <>
      <Choices
        legend="Voice"
        value={chosen}
        onChange={onChange}
        options={voices.data.map((voice) => ({
          value: voice.id,
          label: voice.name,
          note: languageName(voice.language),
          extra: (
            <Button small icon aria-label={`${playing === voice.id ? "Stop" : "Hear"} ${voice.name}`} onClick={() => play(voice)}>
              <Icon name={playing === voice.id ? "stop" : "sound"} />
            </Button>
          ),
        }))}
      />
      <p role="status" className="soft">
        {failed && "The sample could not be played."}
      </p>
    </>
  );
}

/** Plays one sample at a time; asked for the one that plays, it stops. */
function useSample() {
  const audio = useRef<HTMLAudioElement>(undefined);
  const [playing, setPlaying] = useState<string>();
  const [failed, setFailed] = useState(false);
  useEffect(() => () => audio.current?.pause(), []);

  function play(voice: Voice) {
    audio.current?.pause();
    setFailed(false);
    if (playing === voice.id) {
      setPlaying(undefined);
      return;
    }
    const sample = new Audio(voice.sample_url);
    audio.current = sample;
    setPlaying(voice.id);
    const over = () => setPlaying((id) => (id === voice.id ? undefined : id));
    sample.onended = over;
    sample.play().catch((error: unknown) => {
      over();
      // A sample that is stopped for another one rejects with AbortError.
      if (!(error instanceof DOMException && error.name === "AbortError")) setFailed(true);
    });
  }
  return { playing, play, failed };
}
