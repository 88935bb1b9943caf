import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { inviteMember, type Role } from "../../api/account";
import { createIntention } from "../../api/intention";
import { fieldErrors, fieldSentence, hasCode } from "../../api/problem";
import { Button } from "../../components/Button";
import { Choices } from "../../components/Choices";
import { Notice } from "../../components/Notice";
import { NeedsPlan, SeeFeature } from "../../components/SeePlans";
import { useMissing } from "../../components/usePlans";
import { Trouble } from "./Trouble";
import { roleChoices } from "./roles";

export function InviteForm({ onInvited }: { onInvited: () => void }) {
  const missing = useMissing("members");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("member");
  const [empty, setEmpty] = useState(false);
  const [carryOut] = useState(createIntention);
  const invite = useMutation({
    mutationFn: (to: string) => carryOut(`${to} ${role}`, (key) => inviteMember(to, role, key)),
    onSuccess: () => {
      setEmail("");
      onInvited();
    },
  });
  if (missing) {
    return (
      <Notice actions={<SeeFeature feature="members" />}>
        <NeedsPlan feature="members" /> They then share its projects and videos.
      </Notice>
    );
  }
  const field = fieldErrors(invite.error).get("email");
  const wrong = empty ? "Write an email address first." : field && fieldSentence("email address", field);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const to = email.trim();
    setEmpty(to === "");
    if (to !== "" && !invite.isPending) invite.mutate(to);
  }

  return (
    <form className="account__form" noValidate onSubmit={submit}>
      <div className="account__field">
        <label htmlFor="invite-email">Email address</label>
        <input
          id="invite-email"
          className="account__input"
          type="email"
          autoComplete="off"
          inputMode="email"
          spellCheck={false}
          maxLength={320}
          value={email}
          aria-invalid={wrong !== undefined}
          aria-describedby={wrong === undefined ? undefined : "invite-wrong"}
          onChange={(event) => {
            setEmpty(false);
            if (invite.isError) invite.reset();
            setEmail(event.target.value);
          }}
        />
        {wrong !== undefined && (
          <p id="invite-wrong" role="alert" className="account__wrong">
            {wrong}
          </p>
        )}
      </div>
      <Choices legend="Role" options={roleChoices} value={role} onChange={setRole} />
      {invite.error && field === undefined && (
        <Trouble error={invite.error} {...(canRetry(invite.error) && { retry: () => invite.mutate(email.trim()) })} />
      )}
      <div>
        <Button type="submit" look="main" busy={invite.isPending}>
          {invite.isPending ? "Sending …" : "Send invitation"}
        </Button>
      </div>
      <p role="status" className={invite.isSuccess ? "account__said" : "visually-hidden"}>
        {invite.isSuccess && `An invitation is on its way to ${invite.data.email}. It works once, for 7 days.`}
      </p>
    </form>
  );
}

const canRetry = (error: unknown) => !hasCode(error, "already_member", "too_many_members", "forbidden", "feature_not_in_plan");
