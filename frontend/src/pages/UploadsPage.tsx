import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { usageQuery } from "../api/usage";
import { PageTitle } from "../components/PageTitle";
import { shareOf } from "../components/metrics";
import { Previews } from "../features/previews/Previews";
import { UploadList } from "../features/uploads/UploadList";

export function UploadsPage() {
  const usage = useQuery(usageQuery);
  const storage = usage.data?.metrics.find((line) => line.metric === "storage_mb");
  return (
    <>
      <PageTitle title="Your uploads" />
      <p className="soft">
        Pictures and music of your own. They count as storage until you delete them
        {storage && `: ${shareOf(storage)} with videos and previews`}. <Link to="/usage">See your usage</Link>
      </p>
      <UploadList />
      <Previews />
    </>
  );
}
