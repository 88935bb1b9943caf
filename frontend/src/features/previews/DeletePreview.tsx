import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { deleteImage, type Image } from "../../api/projects";
import { usesQuery } from "../../api/uploads";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/Notice";
import { bytesOf } from "../../components/metrics";

interface DeletePreviewProps {
  image: Image;
  /** The open draft, whose scenes let go of it by themselves. */
  project: string | undefined;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks first, and says which other projects show the picture. */
export function DeletePreview({ image, project, onClose, onDeleted }: DeletePreviewProps) {
  const uses = useQuery(usesQuery(image.id));
  const removal = useMutation({ mutationFn: () => deleteImage(image.id), onSuccess: onDeleted });
  const others = uses.data?.filter((p) => p.id !== project) ?? [];
  return (
    <Dialog
      title="Delete this picture?"
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
      <p>
        It goes for good, and frees {bytesOf(image.size)}. The picture of your quota that it took is not given back. Videos that
        show it stay.
      </p>
      {uses.isError && <ErrorNotice error={uses.error} retry={() => void uses.refetch()} busy={uses.isFetching} />}
      {uses.isPending && (
        <p className="soft" role="status">
          Looking where it is used …
        </p>
      )}
      {others.length > 0 && (
        <>
          <p>
            <strong>It is in use.</strong> These projects need another picture before a video can be made of them again:
          </p>
          <ul className="stack">
            {others.map((p) => (
              <li key={p.id}>
                <Link to={`/projects/${p.id}`}>{p.title}</Link>
              </li>
            ))}
          </ul>
        </>
      )}
      {removal.error && <ErrorNotice error={removal.error} />}
    </Dialog>
  );
}
