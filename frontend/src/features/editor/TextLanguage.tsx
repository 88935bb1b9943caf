import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { voicesQuery } from "../../api/catalog";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { choosable, languageName, mismatch } from "./languages";

interface TextLanguageProps {
  found: string;
  /** "" is what is found. */
  value: string;
  onChange: (language: string) => void;
}

/** Which language the text is in: as it is found, or as one says. */
export function TextLanguage({ found, value, onChange }: TextLanguageProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className="field__label">
        Language of the text
      </label>
      <select id={id} className="field__input field__select" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{found === "" ? "Found from the text" : `${languageName(found)}, found from the text`}</option>
        {choosable(value).map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

interface VoiceHintProps {
  /** The language of the text; "" is not known. */
  written: string;
  value: string;
  onChange: (voice: string) => void;
}

/** Says at once that the voice reads another language, and proposes one that does not; or that nobody reads the text. */
export function VoiceHint({ written, value, onChange }: VoiceHintProps) {
  const voices = useQuery(voicesQuery);
  const wrong = voices.data && mismatch(voices.data, value, written);
  if (!wrong) return null;
  const { voice, proposed } = wrong;
  if (!voice) {
    return (
      <Notice tone="near">There is no voice that reads {languageName(written)} yet: the video will have captions only.</Notice>
    );
  }
  return (
    <Notice
      tone="near"
      actions={
        proposed && (
          <Button small onClick={() => onChange(proposed.id)}>
            Use {proposed.name}
          </Button>
        )
      }
    >
      The text is in {languageName(written)}, and {voice.name} reads {languageName(voice.language)}.{" "}
      {proposed
        ? `${proposed.name} reads ${languageName(proposed.language)}.`
        : "There is no voice of that language yet: the text would be read badly."}
    </Notice>
  );
}
