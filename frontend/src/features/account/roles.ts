import type { Role } from "../../api/account";

export const roleNames: Record<Role, string> = { owner: "Owner", member: "Member" };

export const roleChoices = [
  { value: "member", label: "Member", note: "makes and sees everything" },
  { value: "owner", label: "Owner", note: "also people, keys and activity" },
] as const;
