import "./Skeleton.css";

/** Holds the place of what is loading, `height` in rem. */
export function Skeleton({ height, label = "Loading" }: { height: number; label?: string }) {
  return (
    <div role="status">
      <span className="visually-hidden">{label}</span>
      <div className="skeleton" style={{ blockSize: `${height}rem` }} aria-hidden="true" />
    </div>
  );
}
