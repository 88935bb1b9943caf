import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { changeRole, membersQuery, type Member, type Role } from "../../api/account";
import { session } from "../../api/client";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { dateOf, since } from "../../components/times";
import { Trouble } from "./Trouble";
import { roleNames } from "./roles";

interface MemberRowProps {
  member: Member;
  onSaid: (text: string) => void;
  onRemove: () => void;
}

export function MemberRow({ member, onSaid, onRemove }: MemberRowProps) {
  const queries = useQueryClient();
  const id = useId();
  const [stepping, setStepping] = useState(false);
  const change = useMutation({
    mutationFn: (role: Role) => changeRole(member.id, role),
    onMutate: () => onSaid(""),
    onSuccess: async (_, role) => {
      setStepping(false);
      await queries.invalidateQueries({ queryKey: membersQuery.queryKey });
      onSaid(`${member.email} is ${role === "owner" ? "an owner" : "a member"} now.`);
      if (member.you) await session.renew();
    },
    onError: () => setStepping(false),
  });
  function choose(role: Role) {
    if (change.isPending || role === member.role) return;
    // What one gives up oneself, one cannot take back.
    if (member.you) setStepping(true);
    else change.mutate(role);
  }
  return (
    <>
      <div className="account__what">
        <h3>
          {member.email} {member.you && <span className="badge">You</span>}
        </h3>
        <p className="soft">
          joined {dateOf(member.joined_at)}
          {!member.you &&
            ` · ${member.last_seen_at === null ? "not signed in" : `last seen ${since(member.last_seen_at, new Date())}`}`}
        </p>
        {change.error && <Trouble error={change.error} />}
      </div>
      <div className="row">
        <label htmlFor={id} className="visually-hidden">
          Role of {member.email}
        </label>
        <select
          id={id}
          className="account__select"
          value={change.isPending ? change.variables : member.role}
          aria-busy={change.isPending}
          onChange={(event) => choose(event.target.value as Role)}
        >
          {Object.entries(roleNames).map(([role, name]) => (
            <option key={role} value={role}>
              {name}
            </option>
          ))}
        </select>
        <Button small look="danger" aria-label={member.you ? "Leave this account" : `Remove ${member.email}`} onClick={onRemove}>
          {member.you ? "Leave" : "Remove"}
        </Button>
      </div>
      {stepping && (
        <Dialog
          title="Give up being an owner?"
          onClose={() => setStepping(false)}
          actions={
            <>
              <Button onClick={() => setStepping(false)}>Stay owner</Button>
              <Button look="danger" busy={change.isPending} onClick={() => change.mutate("member")}>
                Become a member
              </Button>
            </>
          }
        >
          <p>You will not see members, API keys and activity any more. Only another owner can make you one again.</p>
        </Dialog>
      )}
    </>
  );
}
