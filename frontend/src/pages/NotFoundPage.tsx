import { Link } from "react-router";
import { buttonClass } from "../components/Button";
import { PageTitle } from "../components/PageTitle";

export function NotFoundPage() {
  return (
    <main id="main" className="page stack">
      <PageTitle title="Page not found" />
      <p>There is no page at this address. The link may be old, or a letter may be missing.</p>
      <p>
        <Link className={buttonClass({ look: "main" })} to="/">
          Create a video
        </Link>
      </p>
    </main>
  );
}
