import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { createIntention } from "../api/intention";
import { renderProject } from "../api/jobs";
import { hasCode } from "../api/problem";
import { projectQuery } from "../api/projects";
import { usageQuery } from "../api/usage";
import { useUser } from "../api/useSession";
import { Button, buttonClass } from "../components/Button";
import { Icon } from "../components/Icon";
import { ErrorNotice, Notice } from "../components/Notice";
import { PageTitle } from "../components/PageTitle";
import { Refusal } from "../components/Refusal";
import { Skeleton } from "../components/Skeleton";
import { UsageBanner } from "../components/UsageBanner";
import { Editor } from "../features/editor/Editor";
import { LostDraft } from "../features/editor/LostDraft";
import { unsavedReason } from "../features/editor/SaveState";
import type { Autosave } from "../features/editor/autosave";
import { useAwaited } from "../features/editor/underWay";
import { Previews } from "../features/previews/Previews";

export function EditVideoPage() {
  const { id = "" } = useParams();
  const user = useUser();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const project = useQuery(projectQuery(id));
  return (
    <>
      <PageTitle title="Edit your video" />
      {project.data ? (
        <>
          <UsageBanner />
          <Editor
            key={id}
            user={user.user_id}
            project={project.data}
            action={(autosave) => <MakeVideo id={id} autosave={autosave} />}
            pictures={(scenes, edit) => (
              <Previews
                project={id}
                scenes={scenes}
                onUse={(key, imageId) => edit({ do: "change scene", key, what: { imageId, uploadId: "" } })}
                onDeleted={(image) => {
                  for (const { key, imageId } of scenes) {
                    if (imageId === image) edit({ do: "change scene", key, what: { imageId: "" } });
                  }
                }}
              />
            )}
            onDeleted={() => {
              void queries.invalidateQueries({ queryKey: ["images"] });
              void queries.invalidateQueries({ queryKey: usageQuery.queryKey });
              queries.removeQueries({ queryKey: projectQuery(id).queryKey });
              void queries.invalidateQueries({ queryKey: ["projects"] });
              void navigate("/", { replace: true });
            }}
          />
        </>
      ) : hasCode(project.error, "not_found") ? (
        <>
          <Notice
            tone="bad"
            actions={
              <Link className={buttonClass({ small: true })} to="/">
                Create a video
              </Link>
            }
          >
            There is no such project. It may have been deleted.
          </Notice>
          <LostDraft
            key={id}
            user={user.user_id}
            project={id}
            onSaved={(made) => {
              void queries.invalidateQueries({ queryKey: ["projects"] });
              void navigate(`/projects/${made.id}`, { replace: true });
            }}
          />
        </>
      ) : project.error ? (
        <ErrorNotice error={project.error} retry={() => void project.refetch()} busy={project.isFetching} />
      ) : (
        <Skeleton height={28} label="Loading your project" />
      )}
    </>
  );
}

function MakeVideo({ id, autosave }: { id: string; autosave: Autosave }) {
  const [carryOut] = useState(createIntention);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: async () => {
      await autosave.flush();
      const { saving, version } = autosave.view();
      if (saving.state !== "saved") throw new NotSavedError(unsavedReason(saving));
      return carryOut(`${id} ${version}`, (key) => renderProject(id, key));
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: usageQuery.queryKey });
      void queries.invalidateQueries({ queryKey: ["quote", id] });
      void queries.invalidateQueries({ queryKey: ["jobs"] });
    },
  });
  const awaited = useAwaited(id);
  // Only who still waits here is taken along.
  const start = () => make.mutate(undefined, { onSuccess: (job) => void navigate(`/videos/${job.id}`) });
  return (
    <>
      {make.error instanceof NotSavedError ? (
        <Notice tone="bad">{make.error.message}</Notice>
      ) : (
        make.error && <Refusal error={make.error} retry={start} />
      )}
      {awaited !== undefined && (
        <p className="soft" role="status">
          “{awaited}” is still on its way. Wait for it, or cancel it.
        </p>
      )}
      <Button look="main" busy={make.isPending} disabled={awaited !== undefined} onClick={start}>
        <Icon name="play" />
        Make video
      </Button>
    </>
  );
}

class NotSavedError extends Error {}
