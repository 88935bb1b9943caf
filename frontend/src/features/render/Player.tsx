import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type CSSProperties } from "react";
import { jobQuery, type Job } from "../../api/jobs";
import { SIGNED_MS } from "../../api/signed";
import { buttonClass } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { ErrorNotice } from "../../components/Notice";
import { clock } from "../../components/times";
import "./Render.css";

interface PlayerProps {
  job: Job;
  video: NonNullable<Job["video"]>;
  /** When `video` was answered, in milliseconds since the epoch. */
  loadedAt: number;
}

/**
 * Plays a video. Its addresses end after a quarter of an hour: when one has
 * ended, new ones are asked for, and the video goes on where it was. `video` may
 * bring new ones at any time; the player keeps its own while they work.
 */
export function Player({ job, video, loadedAt }: PlayerProps) {
  const queries = useQueryClient();
  const element = useRef<HTMLVideoElement>(null);
  const [shown, setShown] = useState(video);
  const [captions, setCaptions] = useState({ url: video.captions_url, at: loadedAt });
  const [error, setError] = useState<unknown>();
  const resume = useRef<{ at: number; playing: boolean }>(undefined);
  const renewed = useRef(0);

  async function renew() {
    const player = element.current;
    if (!player || renewed.current >= 3) {
      setError(player?.error ?? new Error("the video does not play"));
      return;
    }
    renewed.current++;
    resume.current = { at: player.currentTime, playing: !player.paused };
    try {
      const fresh = await queries.query({ ...jobQuery(job.id), staleTime: 0 });
      if (fresh.video) setShown(fresh.video);
    } catch (cause) {
      setError(cause);
    }
  }

  useEffect(() => {
    const player = element.current;
    const from = resume.current;
    if (!player || !from) return;
    resume.current = undefined;
    player.currentTime = from.at;
    if (from.playing) void player.play();
  }, [shown]);

  // Who switches captions on late finds them still there.
  if (loadedAt - captions.at >= SIGNED_MS) setCaptions({ url: video.captions_url, at: loadedAt });

  return (
    <div className="stack">
      {/* Captions are fetched from another origin than the page's. */}
      <video
        ref={element}
        className="player"
        aria-label={`Video: ${job.title}`}
        controls
        playsInline
        preload="metadata"
        crossOrigin="anonymous"
        width={shown.width}
        height={shown.height}
        style={{ aspectRatio: shown.width / shown.height, "--ratio": shown.width / shown.height } as CSSProperties}
        poster={shown.thumbnail_url}
        src={shown.url}
        onPlaying={() => {
          renewed.current = 0;
          setError(undefined);
        }}
        onError={() => void renew()}
      >
        <track kind="captions" srcLang="en" label="Captions" src={captions.url} />
      </video>
      {error !== undefined && (
        <ErrorNotice
          error={error}
          retry={() => {
            renewed.current = 0;
            setError(undefined);
            void renew();
          }}
        />
      )}
      <p className="soft">
        {clock(shown.duration_ms)} · {shown.width} × {shown.height} · {(shown.size / 1e6).toFixed(1)} MB
      </p>
      <div className="row">
        <a className={buttonClass({ look: "main" })} href={video.download_url}>
          <Icon name="download" />
          Download video
        </a>
        <a className={buttonClass()} href={video.captions_download_url}>
          Download captions
        </a>
      </div>
    </div>
  );
}
