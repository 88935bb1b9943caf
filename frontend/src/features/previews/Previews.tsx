import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { imageQuery, imagesQuery, type Image } from "../../api/projects";
import { usageQuery } from "../../api/usage";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { ErrorNotice } from "../../components/Notice";
import { Picture } from "../../components/Picture";
import { bytesOf } from "../../components/metrics";
import { DeletePreview } from "./DeletePreview";
import { UsePreview } from "./UsePreview";
import { whereShown, type ShowingScene } from "./shown";
import "./Previews.css";

interface PreviewsProps {
  /** Only those of this project; all when absent. */
  project?: string;
  /** The scenes of the draft that one may be used in. */
  scenes?: readonly ShowingScene[];
  onUse?: (scene: string, image: string) => void;
  onDeleted?: (image: string) => void;
}

/** The pictures that were made, to be used again without paying and to be deleted. Nothing where there is none. */
export function Previews({ project, scenes = [], onUse, onDeleted }: PreviewsProps) {
  const queries = useQueryClient();
  const images = useInfiniteQuery(imagesQuery(project));
  const [leaving, setLeaving] = useState<Image>();
  const [used, setUsed] = useState<Image>();
  const [said, say] = useState("");
  const title = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const all = images.data?.pages.flatMap((page) => page.items) ?? [];
  const { hasNextPage, isFetching, isError, fetchNextPage } = images;
  // A page of other projects' is not the end.
  const wantsMore = hasNextPage && !isFetching && !isError && all.length === 0;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);

  // The picture that went had the focus.
  const count = all.length;
  useEffect(() => {
    if (said !== "" && document.activeElement === document.body) title.current?.focus();
  }, [said, count]);

  if (isError && !images.data) {
    return <ErrorNotice error={images.error} retry={() => void images.refetch()} busy={isFetching} />;
  }
  if (all.length === 0 && said === "") return null;
  return (
    <section className="stack" aria-labelledby={id}>
      <h2 id={id} ref={title} tabIndex={-1}>
        {project === undefined ? "Pictures that were made" : "Pictures made for this draft"}
      </h2>
      <p className="soft">They are paid: using one again costs nothing. Each counts as storage until you delete it.</p>
      <p role="status" className={said === "" ? "visually-hidden" : "soft"}>
        {said}
      </p>
      <ul className="previews" aria-labelledby={id}>
        {all.map((image, i) => (
          <Card
            key={image.id}
            image={image}
            name={`picture ${i + 1}`}
            shown={whereShown(scenes, image.id)}
            onStale={() => !isFetching && void images.refetch()}
            onUse={onUse && scenes.length > 0 ? () => setUsed(image) : undefined}
            onDelete={() => setLeaving(image)}
          />
        ))}
      </ul>
      {hasNextPage && (
        <div>
          <Button busy={images.isFetchingNextPage} onClick={() => void fetchNextPage()}>
            More pictures
          </Button>
        </div>
      )}
      {used && (
        <UsePreview
          image={used}
          scenes={scenes}
          onClose={() => setUsed(undefined)}
          onScene={(key, number) => {
            setUsed(undefined);
            say(`Scene ${number} shows it now.`);
            queries.setQueryData(imageQuery(used.id).queryKey, used);
            onUse?.(key, used.id);
          }}
        />
      )}
      {leaving && (
        <DeletePreview
          image={leaving}
          project={project}
          onClose={() => setLeaving(undefined)}
          onDeleted={() => {
            setLeaving(undefined);
            say(`The picture was deleted. ${bytesOf(leaving.size)} are free again.`);
            onDeleted?.(leaving.id);
            queries.removeQueries({ queryKey: imageQuery(leaving.id).queryKey });
            void queries.invalidateQueries({ queryKey: ["images"] });
            void queries.invalidateQueries({ queryKey: usageQuery.queryKey });
          }}
        />
      )}
    </section>
  );
}

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

interface CardProps {
  image: Image;
  name: string;
  shown: string;
  /** Its link has ended. */
  onStale: () => void;
  onUse: (() => void) | undefined;
  onDelete: () => void;
}

function Card({ image, name, shown, onStale, onUse, onDelete }: CardProps) {
  return (
    <li className="card previews__card">
      <Picture
        lazy
        url={image.url}
        alt={`Made ${name}`}
        onStale={onStale}
        instead="This picture does not load. If it stays so, delete it: its room is free again."
      />
      <p className="soft">
        {shown !== "" && <strong>{shown} · </strong>}
        {bytesOf(image.size)} · {day.format(new Date(image.created_at))}
      </p>
      <div className="row">
        {onUse && (
          <Button small aria-label={`Use ${name}`} onClick={onUse}>
            Use
          </Button>
        )}
        <Button small icon look="danger" aria-label={`Delete ${name}`} onClick={onDelete}>
          <Icon name="delete" />
        </Button>
      </div>
    </li>
  );
}
