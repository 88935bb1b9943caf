import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { createIntention } from "../../api/intention";
import { hasCode } from "../../api/problem";
import { exportQuery, exportsQuery, isOpen, startExport } from "../../api/rights";
import { Button } from "../../components/Button";
import { CheckExport } from "./CheckExport";
import { ExportRow } from "./ExportRow";
import { List, Said } from "./List";
import { Trouble } from "./Trouble";

/** Taking all data along: one archive at a time, and those that were made. */
export function Exports() {
  const queries = useQueryClient();
  const exports = useInfiniteQuery(exportsQuery);
  const [said, say] = useState("");
  const [carryOut] = useState(createIntention);
  const reread = () => queries.invalidateQueries({ queryKey: exportsQuery.queryKey });
  const start = useMutation({
    mutationFn: () => carryOut("export", startExport),
    onMutate: () => say(""),
    onSuccess: async (made) => {
      queries.setQueryData(exportQuery(made.id).queryKey, made);
      await reread();
      say("The export has begun. You can leave this page: a mail tells you when it is ready.");
    },
  });
  const running = hasCode(start.error, "export_running");
  useEffect(() => {
    if (running) void queries.invalidateQueries({ queryKey: exportsQuery.queryKey });
  }, [queries, running]);
  const items = exports.data?.pages.flatMap((page) => page.items) ?? [];
  const open = items.some(isOpen);
  return (
    <section className="card account__section" aria-labelledby="export">
      <h2 id="export" tabIndex={-1}>
        Export your data
      </h2>
      <p>
        One ZIP file with all that is in the account: projects, videos, pictures and uploads as they are, usage and activity, with
        a page to look at them offline. It is kept for 7 days; you can make a new one at any time. What would give access, such as
        API keys, is not in it.
      </p>
      <div>
        <Button look="main" busy={start.isPending} disabled={open || exports.isPending} onClick={() => start.mutate()}>
          {start.isPending ? "Asking …" : "Export everything"}
        </Button>
      </div>
      <Said text={said} heading="export" />
      {start.error && <Trouble error={start.error} {...(!running && { retry: () => start.mutate() })} busy={start.isPending} />}
      <List
        label="Exports"
        query={exports}
        none={<p className="soft">No export was made yet.</p>}
        more="Earlier exports"
        row={(item) => (
          <ExportRow
            item={item}
            newest={item.id === items[0]?.id}
            onEnded={(text) => void reread().then(() => say(text))}
            onAgain={() => start.mutate()}
            asking={start.isPending}
          />
        )}
      />
      <CheckExport />
    </section>
  );
}
