import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { createIntention } from "../api/intention";
import { createProject, projectQuery } from "../api/projects";
import { Button } from "../components/Button";
import { Icon } from "../components/Icon";
import { ErrorNotice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { UsageBanner } from "../components/UsageBanner";
import { Drafts } from "../features/editor/Drafts";
import { Gallery } from "../features/editor/Gallery";
import "./CreateVideoPage.css";

export function CreateVideoPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [carryOut] = useState(createIntention);
  const begin = useMutation({
    mutationFn: (template: string | undefined) =>
      carryOut(template ?? "blank", (key) =>
        createProject(
          template === undefined ? { title: "Untitled devotional", scenes: [{ text: "" }] } : { template_id: template },
          key,
        ),
      ),
    onSuccess: (project) => {
      queries.setQueryData(projectQuery(project.id).queryKey, project);
      void queries.invalidateQueries({ queryKey: ["projects"] });
    },
  });
  // Only who still waits here is taken along.
  const start = (template: string | undefined) =>
    begin.mutate(template, { onSuccess: (project) => void navigate(`/projects/${project.id}`) });
  return (
    <>
      <div className="create__head">
        <div className="stack">
          <PageTitle title="Create a video" />
          <p className="soft">Pick a devotional to begin with, or write your own. Everything can be changed.</p>
        </div>
        <Button look="main" busy={begin.isPending} onClick={() => start(undefined)}>
          <Icon name="add" />
          Start from a blank page
        </Button>
      </div>
      <UsageBanner />
      {begin.error && <ErrorNotice error={begin.error} />}
      <Drafts>
        <section className="stack" aria-labelledby="templates">
          <h2 id="templates">Begin with a template</h2>
          <Gallery busy={begin.isPending} onChoose={start} />
        </section>
      </Drafts>
    </>
  );
}
