import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Project } from "../../api/projects";
import { deleteUpload, usesQuery, type Upload } from "../../api/uploads";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/Notice";
import { bytesOf } from "../../components/metrics";
import { placesOf } from "./places";

interface DeleteUploadProps {
  upload: Upload;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks first, and says which projects it would be missing from. */
export function DeleteUpload({ upload, onClose, onDeleted }: DeleteUploadProps) {
  const uses = useQuery(usesQuery(upload.id));
  const removal = useMutation({ mutationFn: () => deleteUpload(upload.id), onSuccess: onDeleted });
  return (
    <Dialog
      title={`Delete “${upload.filename}”?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button look="danger" busy={removal.isPending} disabled={uses.isPending} onClick={() => removal.mutate()}>
            Delete
          </Button>
        </>
      }
    >
      <p>{room(upload)}</p>
      {uses.data ? (
        uses.data.length > 0 && <Uses projects={uses.data} upload={upload} />
      ) : uses.isError ? (
        <ErrorNotice error={uses.error} retry={() => void uses.refetch()} busy={uses.isFetching} />
      ) : (
        <p className="soft" role="status">
          Looking where it is used …
        </p>
      )}
      {removal.error && <ErrorNotice error={removal.error} />}
    </Dialog>
  );
}

function room(upload: Upload): string {
  if (upload.status === "rejected") return "It takes no room; only its line in this list goes.";
  if (upload.status === "pending" || upload.status === "checking")
    return `It is not finished. Deleting it frees the ${bytesOf(upload.size)} that it holds.`;
  return `It goes for good, and frees ${bytesOf(upload.size)}. Videos that you made with it stay.`;
}

function Uses({ projects, upload }: { projects: readonly Project[]; upload: Upload }) {
  return (
    <>
      <p>
        <strong>It is in use.</strong>{" "}
        {upload.kind === "image"
          ? "These scenes need another picture before a video can be made of them again:"
          : "These projects need other music, or none, before a video can be made of them again:"}
      </p>
      <ul className="uploads__uses">
        {projects.map((project) => (
          <li key={project.id}>
            <p>
              <Link to={`/projects/${project.id}`}>{project.title}</Link>: {placesOf(project, upload.id)}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
