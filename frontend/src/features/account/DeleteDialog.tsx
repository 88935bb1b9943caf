import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type SubmitEvent } from "react";
import { farewell } from "../../api/farewell";
import { createOnce } from "../../api/intention";
import { fieldErrors, fieldSentence, hasCode, sentenceFor } from "../../api/problem";
import { closeAccount, deletionQuery, exportsQuery } from "../../api/rights";
import type { User } from "../../api/session";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Notice } from "../../components/Notice";
import { Trouble } from "./Trouble";

interface DeleteDialogProps {
  user: User;
  leave: () => Promise<void>;
  onClose: () => void;
  onAsked: () => void;
}

/** Asks for the deletion, confirmed by typing one's own address. */
export function DeleteDialog({ user, leave, onClose, onAsked }: DeleteDialogProps) {
  const queries = useQueryClient();
  const [written, setWritten] = useState("");
  const [differs, setDiffers] = useState(false);
  const [once] = useState(createOnce);
  const closing = useMutation({
    mutationFn: (confirm: string) => once(confirm, () => closeAccount(confirm)),
    onSuccess: (answer) => {
      farewell.asked(user.tenant_id, answer);
      const { erasure_id, effective_at } = answer;
      queries.setQueryData(deletionQuery.queryKey, { status: "waiting", erasure_id, effective_at });
      void queries.invalidateQueries({ queryKey: exportsQuery.queryKey });
      onAsked();
    },
  });
  const leaving = useMutation({ mutationFn: leave });
  const stale = hasCode(closing.error, "sign_in_again");
  const asked = hasCode(closing.error, "erasure_pending");
  useEffect(() => {
    if (asked) void queries.invalidateQueries({ queryKey: deletionQuery.queryKey });
  }, [queries, asked]);
  const field = fieldErrors(closing.error).get("confirm");
  const wrong = differs ? `Type ${user.email} exactly as it is here.` : field && fieldSentence("address", field);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const confirm = written.trim();
    const same = confirm.toLowerCase() === user.email.toLowerCase();
    setDiffers(!same);
    if (same && !closing.isPending) closing.mutate(confirm);
  }

  return (
    <Dialog
      title="Delete this account?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Do not delete</Button>
          {stale ? (
            <Button look="main" busy={leaving.isPending} onClick={() => leaving.mutate()}>
              Sign in again
            </Button>
          ) : (
            <Button type="submit" form="delete-account-form" look="danger" busy={closing.isPending}>
              {closing.isPending ? "Asking …" : "Delete account"}
            </Button>
          )}
        </>
      }
    >
      <p>
        Everything in it is erased for everybody who belongs to it, once the time to take it back is over. After that, nobody can
        bring it back, and neither can we.
      </p>
      {stale ? (
        <Notice tone="near">{sentenceFor(closing.error)} The mail’s link brings you back to this question.</Notice>
      ) : (
        <form id="delete-account-form" className="account__field" noValidate onSubmit={submit}>
          <label htmlFor="delete-confirm">
            To confirm, type your address: <span className="account__address">{user.email}</span>
          </label>
          <input
            id="delete-confirm"
            className="account__input"
            type="email"
            autoComplete="off"
            inputMode="email"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={320}
            value={written}
            aria-invalid={wrong !== undefined}
            aria-describedby={wrong === undefined ? undefined : "delete-wrong"}
            onChange={(event) => {
              setDiffers(false);
              if (closing.isError) closing.reset();
              setWritten(event.target.value);
            }}
          />
          {wrong !== undefined && (
            <p id="delete-wrong" role="alert" className="account__wrong">
              {wrong}
            </p>
          )}
        </form>
      )}
      {closing.error && !stale && field === undefined && <Trouble error={closing.error} />}
      {leaving.error && <Trouble error={leaving.error} />}
    </Dialog>
  );
}
