import { useQuery } from "@tanstack/react-query";
import { hasCode } from "../../api/problem";
import { uploadQuery } from "../../api/uploads";
import { ErrorNotice, Notice } from "../../components/Notice";
import { Skeleton } from "../../components/Skeleton";
import { Sound } from "../../components/Sound";
import { bytesOf } from "../../components/metrics";
import "./Own.css";

/** The chosen music, to be heard. */
export function Music({ id }: { id: string }) {
  const music = useQuery(uploadQuery(id));
  if (music.data?.url) {
    return (
      <div className="own-sound">
        <p className="own-sound__name">
          {music.data.filename} <span className="soft">{bytesOf(music.data.size)}</span>
        </p>
        <Sound
          key={id}
          url={music.data.url}
          name={`Background music: ${music.data.filename}`}
          preload="metadata"
          onBroken={() => !music.isFetching && music.isStale && void music.refetch()}
        />
      </div>
    );
  }
  if (hasCode(music.error, "not_found")) {
    return <Notice tone="near">This piece of music was deleted. Choose another one, or remove it.</Notice>;
  }
  if (music.isError) return <ErrorNotice error={music.error} retry={() => void music.refetch()} busy={music.isFetching} />;
  return <Skeleton height={5} label="Loading the music" />;
}
