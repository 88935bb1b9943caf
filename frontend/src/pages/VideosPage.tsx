import { useSearchParams } from "react-router";
import { PageTitle } from "../components/PageTitle";
import { UsageBanner } from "../components/UsageBanner";
import { VideoList } from "../features/videos/VideoList";
import { Publications } from "../features/youtube/Publications";

export function VideosPage() {
  // In the address, so that going back from a video finds the search as it was.
  const [params, setParams] = useSearchParams();
  return (
    <>
      <PageTitle title="My videos" />
      <UsageBanner />
      <VideoList query={params.get("q") ?? ""} onQuery={(q) => setParams(q === "" ? {} : { q }, { replace: true })} />
      <Publications />
    </>
  );
}
