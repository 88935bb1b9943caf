import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { createIntention } from "../../api/intention";
import { jobsQuery, type Job } from "../../api/jobs";
import { fieldErrors, fieldSentence, hasCode } from "../../api/problem";
import { channelQuery, publishVideo } from "../../api/youtube";
import { Button } from "../../components/Button";
import { Choices } from "../../components/Choices";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/Notice";
import { ConnectButton } from "./ConnectButton";
import { Trouble } from "./Trouble";
import { MAX_DESCRIPTION, MAX_TITLE, whyNotDescription, whyNotTitle } from "./rules";
import { saidBeside } from "./words";

const privacies = [
  { value: "private", label: "Private", note: "only you" },
  { value: "unlisted", label: "Unlisted", note: "who has the link" },
  { value: "public", label: "Public", note: "everybody" },
] as const;

/** The fields that say what is wrong with them. */
const drawn = ["title", "description"];

type Privacy = (typeof privacies)[number]["value"];

interface PublishFormProps {
  /** A finished render. */
  job: Job;
  onClose: () => void;
  onBegun: (publication: Job) => void;
}

/** What the video is called on YouTube, and who sees it. */
export function PublishForm({ job, onClose, onBegun }: PublishFormProps) {
  const queries = useQueryClient();
  const channel = useQuery(channelQuery);
  const [carryOut] = useState(createIntention);
  const [title, setTitle] = useState(job.title);
  const [description, setDescription] = useState("");
  const [privacy, setPrivacy] = useState<Privacy>("private");
  const [tried, setTried] = useState(false);
  const publish = useMutation({
    mutationFn: () => {
      const what = { job_id: job.id, title: title.trim(), description: description.trim(), privacy };
      return carryOut(JSON.stringify(what), (key) => publishVideo(job.project_id, what, key));
    },
    onSuccess: (publication) => {
      void queries.invalidateQueries({ queryKey: jobsQuery.queryKey });
      onBegun(publication);
    },
    onError: (error) => {
      if (hasCode(error, "youtube_not_connected")) void queries.invalidateQueries({ queryKey: channelQuery.queryKey });
      // What is in the way may be a publication that this page does not know of.
      if (hasCode(error, "conflict", "too_many_jobs")) void queries.invalidateQueries({ queryKey: jobsQuery.queryKey });
    },
  });
  const fields = fieldErrors(publish.error);
  const of = (field: string) => {
    const message = fields.get(field);
    return message === undefined ? undefined : fieldSentence(field, message);
  };
  const wrongTitle = (tried ? whyNotTitle(title) : undefined) ?? of("title");
  const wrongDescription = (tried ? whyNotDescription(description) : undefined) ?? of("description");

  function submit(event: SubmitEvent) {
    event.preventDefault();
    setTried(true);
    if (whyNotTitle(title) === undefined && whyNotDescription(description) === undefined && !publish.isPending) publish.mutate();
  }

  const unconnected = channel.data?.connected === false;
  return (
    <Dialog
      title="Publish to YouTube"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          {unconnected ? (
            <ConnectButton back={`/videos/${job.id}`} />
          ) : (
            <Button look="main" type="submit" form="publish" busy={publish.isPending}>
              {publish.isPending ? "Beginning …" : "Publish"}
            </Button>
          )}
        </>
      }
    >
      {unconnected ? (
        <p>First connect the channel that your videos go to. Google asks you what we may do, and sends you back here.</p>
      ) : (
        <form id="publish" className="publish" noValidate onSubmit={submit}>
          {channel.data && channel.data.title !== "" && (
            <p className="soft">
              It goes to the channel <strong>{channel.data.title}</strong>.
            </p>
          )}
          <Field
            id="publish-title"
            label="Title"
            wrong={wrongTitle}
            hint={`At most ${MAX_TITLE} characters, without < and >.`}
            input={(described) => (
              <input
                id="publish-title"
                className="publish__input"
                autoComplete="off"
                value={title}
                aria-invalid={wrongTitle !== undefined}
                aria-describedby={described}
                onChange={(event) => {
                  if (publish.isError) publish.reset();
                  setTitle(event.target.value);
                }}
              />
            )}
          />
          <Field
            id="publish-description"
            label="Description"
            wrong={wrongDescription}
            hint={`May stay empty. At most ${MAX_DESCRIPTION.toLocaleString("en")} bytes, without < and >.`}
            input={(described) => (
              <textarea
                id="publish-description"
                className="publish__input"
                rows={4}
                value={description}
                aria-invalid={wrongDescription !== undefined}
                aria-describedby={described}
                onChange={(event) => {
                  if (publish.isError) publish.reset();
                  setDescription(event.target.value);
                }}
              />
            )}
          />
          <Choices legend="Who sees it" options={privacies} value={privacy} onChange={setPrivacy} />
          {publish.error && !saidBeside(publish.error, drawn) && (
            <Trouble error={publish.error} drawn={drawn} retry={() => publish.mutate()} />
          )}
        </form>
      )}
      {channel.isError && <ErrorNotice error={channel.error} retry={() => void channel.refetch()} busy={channel.isFetching} />}
    </Dialog>
  );
}

interface FieldProps {
  id: string;
  label: string;
  hint: string;
  wrong: string | undefined;
  input: (describedBy: string) => React.ReactNode;
}

function Field({ id, label, hint, wrong, input }: FieldProps) {
  return (
    <div className="publish__field">
      <label htmlFor={id}>{label}</label>
      {input(wrong === undefined ? `${id}-hint` : `${id}-wrong`)}
      {wrong === undefined ? (
        <p id={`${id}-hint`} className="soft publish__hint">
          {hint}
        </p>
      ) : (
        <p id={`${id}-wrong`} className="publish__wrong" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
