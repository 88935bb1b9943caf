import { Link } from "react-router";
import { isLevel } from "./metrics";
import { dayOf } from "./times";

interface RemedyProps {
  /** Those of which too little is left. */
  metrics: readonly string[];
  /** What needs less of a month's amount, such as "Shorten it". */
  shorten?: string;
  /** When a month's amounts begin anew. */
  begins: string | null;
}

/** What one can do when a quota is used up. Waiting frees no storage; deleting does. */
export function Remedy({ metrics, shorten, begins }: RemedyProps) {
  const month = metrics.some((metric) => !isLevel(metric));
  return (
    <>
      {month &&
        begins !== null &&
        `${shorten === undefined ? "Wait" : `${shorten}, or wait`} until ${dayOf(begins)}, when the month begins anew. `}
      {metrics.some(isLevel) && (
        <>
          To make room, delete <Link to="/videos">videos</Link> or <Link to="/uploads">uploads</Link>.
        </>
      )}
    </>
  );
}
