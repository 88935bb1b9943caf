import { useQuery } from "@tanstack/react-query";
import { templatesQuery } from "../../api/catalog";
import { ErrorNotice } from "../../components/Notice";
import { Skeleton } from "../../components/Skeleton";
import "./Gallery.css";

interface GalleryProps {
  /** The template, or undefined for a blank page. */
  onChoose: (template: string | undefined) => void;
  busy: boolean;
}

export function Gallery({ onChoose, busy }: GalleryProps) {
  const templates = useQuery(templatesQuery);
  if (templates.isError) {
    return <ErrorNotice error={templates.error} retry={() => void templates.refetch()} busy={templates.isFetching} />;
  }
  if (!templates.data) return <Skeleton height={30} label="Loading the templates" />;
  return (
    <ul className="gallery" aria-label="Templates">
      {templates.data.map((t) => (
        <li key={t.id}>
          <button
            type="button"
            className="gallery__card"
            aria-disabled={busy || undefined}
            onClick={() => !busy && onChoose(t.id)}
          >
            <img className="gallery__picture" src={`/templates/${t.id}.jpg`} alt="" width={640} height={360} loading="lazy" />
            <span className="gallery__title">
              <span className="visually-hidden">Use </span>
              {t.title}
            </span>
            <span className="gallery__summary" aria-hidden="true">
              {t.summary}
            </span>
            <span className="gallery__reference" aria-hidden="true">
              {t.reference.replace(", World English Bible", "")}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
