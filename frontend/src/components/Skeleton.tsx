import type { ReactNode } from "react";
import "./Skeleton.css";

type SkeletonProps = { label?: string } & ({ height: number } | { children: ReactNode });

/**
 * Holds the place of what is loading: `height` in rem, or exactly the place of
 * `children`, which are not shown.
 */
export function Skeleton({ label = "Loading", ...room }: SkeletonProps) {
  return (
    <div role="status">
      <span className="visually-hidden">{label}</span>
      {"height" in room ? (
        <div className="skeleton" style={{ blockSize: `${room.height}rem` }} aria-hidden="true" />
      ) : (
        <div className="skeleton" aria-hidden="true">
          <div className="skeleton__shape">{room.children}</div>
        </div>
      )}
    </div>
  );
}
