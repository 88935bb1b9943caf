import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { usageQuery } from "../api/usage";
import { ErrorNotice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { Skeleton } from "../components/Skeleton";
import { Report } from "../features/usage/Report";

export function UsagePage() {
  // In the address, so that a month can be linked, and the back button goes through them.
  const [params, setParams] = useSearchParams();
  const usage = useQuery(usageQuery);
  return (
    <>
      <PageTitle title="Usage" />
      {usage.data ? (
        <Report
          usage={usage.data}
          asked={params.get("month") ?? ""}
          onMonth={(month) => setParams(month === "" ? {} : { month })}
        />
      ) : usage.isError ? (
        <ErrorNotice error={usage.error} retry={() => void usage.refetch()} busy={usage.isFetching} />
      ) : (
        <Skeleton height={60} label="Loading your usage" />
      )}
    </>
  );
}
