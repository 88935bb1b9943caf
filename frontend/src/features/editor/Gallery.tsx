import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { templatesQuery, type Template } from "../../api/catalog";
import { Choices } from "../../components/Choices";
import { ErrorNotice } from "../../components/Notice";
import { Skeleton } from "../../components/Skeleton";
import "./Gallery.css";
import { ownName, primary } from "./languages";

interface GalleryProps {
  /** The template, or undefined for a blank page. */
  onChoose: (template: string | undefined) => void;
  busy: boolean;
}

const ALL = "all";

export function Gallery({ onChoose, busy }: GalleryProps) {
  const templates = useQuery(templatesQuery);
  const [asked, setAsked] = useState<string>();
  if (templates.isError) {
    return <ErrorNotice error={templates.error} retry={() => void templates.refetch()} busy={templates.isFetching} />;
  }
  if (!templates.data) return <Skeleton height={30} label="Loading the templates" />;
  const languages = inOrder(templates.data, navigator.languages);
  const shown = asked ?? languages.find((l) => primary(navigator.language) === l) ?? languages[0] ?? ALL;
  if (languages.length === 0) {
    return (
      <p className="soft">There are no templates at the moment. Start from a blank page, and paste a text if you have one.</p>
    );
  }
  return (
    <>
      {languages.length > 1 && (
        <Choices
          legend="Language of the templates"
          value={shown}
          onChange={setAsked}
          options={[
            ...languages.map((l) => ({ value: l, label: <span lang={l}>{ownName(l)}</span> })),
            { value: ALL, label: "All languages" },
          ]}
        />
      )}
      <ul className="gallery" aria-label="Templates">
        {languages
          .filter((l) => shown === ALL || l === shown)
          .flatMap((l) => templates.data.filter((t) => t.language === l))
          .map((t) => (
            <Card key={t.id} template={t} busy={busy} onChoose={onChoose} />
          ))}
      </ul>
    </>
  );
}

function Card({ template: t, busy, onChoose }: { template: Template } & GalleryProps) {
  return (
    <li>
      <button type="button" className="gallery__card" aria-disabled={busy || undefined} onClick={() => !busy && onChoose(t.id)}>
        <img className="gallery__picture" src={`/templates/${t.id}.jpg`} alt="" width={640} height={360} loading="lazy" />
        <span className="gallery__title">
          <span className="visually-hidden">Use </span>
          <span lang={t.language}>{t.title}</span>
        </span>
        <span className="gallery__summary" aria-hidden="true" lang={t.language}>
          {t.summary}
        </span>
        <span className="gallery__reference" aria-hidden="true" lang={t.language}>
          {t.reference.replace(/,[^,]*$/, "")}
        </span>
      </button>
    </li>
  );
}

/** The languages that there are templates of: those that the person reads first, the others as they come. */
function inOrder(templates: readonly Template[], read: readonly string[]): string[] {
  const there = [...new Set(templates.map((t) => t.language))];
  const first = [...new Set(read.map(primary))].filter((l) => there.includes(l));
  return [...first, ...there.filter((l) => !first.includes(l))];
}
