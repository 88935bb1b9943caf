import { useState } from "react";

interface SoundProps {
  /** A link that ends, and is followed by others. */
  url: string;
  name: string;
  preload?: "none" | "metadata";
  /** The newest link does not work either. */
  onBroken?: () => void;
}

/** Sound that plays on when a newer link to it is known: another one is taken when its own has failed. */
export function Sound({ url, name, preload = "none", onBroken }: SoundProps) {
  const [source, setSource] = useState(url);
  return (
    // Music has no words that captions could show.
    // eslint-disable-next-line jsx-a11y/media-has-caption
    <audio
      controls
      preload={preload}
      src={source}
      aria-label={name}
      onError={() => (source === url ? onBroken?.() : setSource(url))}
    />
  );
}
