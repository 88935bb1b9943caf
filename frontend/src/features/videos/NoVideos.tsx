import { Link } from "react-router";
import { buttonClass } from "../../components/Button";
import "./Videos.css";

export function NoVideos() {
  return (
    <section className="card no-videos" aria-labelledby="none">
      <h2 id="none">No videos yet</h2>
      <p>This is one that was made with DevotionalAI. Yours will stand here.</p>
      <video controls playsInline preload="none" poster="/sample/poster.jpg" src="/sample/sample.mp4" aria-label="Sample video">
        <track kind="captions" srcLang="en" label="Captions" src="/sample/sample.vtt" />
      </video>
      <Link className={buttonClass({ look: "main" })} to="/">
        Create your first video
      </Link>
    </section>
  );
}
