import { useState } from "react";

interface PictureProps {
  /** A link that ends, and is followed by others. */
  url: string;
  alt: string;
  lazy?: boolean;
  /** Asks for a newer link. */
  onStale: () => void;
  /** Stands where no link shows anything. */
  instead: string;
}

/** A picture whose next link shows nothing either is given up: to ask for one after the other would never end. */
export function Picture({ url, alt, lazy, onStale, instead }: PictureProps) {
  const [failed, setFailed] = useState<string[]>([]);
  if (failed.length > 1) return <p className="soft">{instead}</p>;
  return (
    <img
      src={url}
      alt={alt}
      loading={lazy ? "lazy" : "eager"}
      onLoad={() => setFailed([])}
      onError={() => {
        if (failed.includes(url)) return;
        setFailed([...failed, url]);
        if (failed.length === 0) onStale();
      }}
    />
  );
}
