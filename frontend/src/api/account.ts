import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import { hasCode } from "./problem";
import type { components } from "./schema";
import { hide, type Secret } from "./secret";

export type OpenSession = components["schemas"]["SessionItem"];
export type Member = components["schemas"]["MemberAnswer"];
export type Role = Member["role"];
export type Invitation = components["schemas"]["InvitationAnswer"];
export type Key = components["schemas"]["KeyAnswer"];
export type Mailbox = components["schemas"]["MailboxAnswer"];
export type Activity = components["schemas"]["AuditItem"];
type NewKey = components["schemas"]["NewKeyAnswer"];

interface Paged {
  next_cursor: string | null;
}

const paging = { initialPageParam: "", getNextPageParam: (page: Paged) => page.next_cursor };
const pageAt = (cursor: string, limit: number) => ({ limit, ...(cursor && { cursor }) });

export const sessionsQuery = infiniteQueryOptions({
  queryKey: ["account", "sessions"],
  queryFn: ({ pageParam, signal }) => answer(api.GET("/api/auth/sessions", { params: { query: pageAt(pageParam, 20) }, signal })),
  ...paging,
});

export const membersQuery = infiniteQueryOptions({
  queryKey: ["account", "members"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/account/members", { params: { query: pageAt(pageParam, 50) }, signal })),
  ...paging,
});

export const invitationsQuery = infiniteQueryOptions({
  queryKey: ["account", "invitations"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/account/invitations", { params: { query: pageAt(pageParam, 50) }, signal })),
  ...paging,
});

export const keysQuery = infiniteQueryOptions({
  queryKey: ["account", "keys"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/account/api-keys", { params: { query: pageAt(pageParam, 20) }, signal })),
  ...paging,
});

/** What was done in a month like 2026-11, newest first. */
export const activityQuery = (month: string) =>
  infiniteQueryOptions({
    queryKey: ["account", "activity", month],
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/account/audit", { params: { query: { month, ...pageAt(pageParam, 20) } }, signal })),
    ...paging,
  });

export const mailboxQuery = queryOptions({
  queryKey: ["account", "mailbox"],
  queryFn: ({ signal }): Promise<Mailbox> => answer(api.GET("/api/account/mailbox", { signal })),
});

export const resumeMail = (): Promise<Mailbox> => answer(api.POST("/api/account/mailbox/resume"));

/** Ends what may have ended already: that is fine. */
async function end(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!hasCode(error, "not_found")) throw error;
  }
}

export const endSession = (id: string) => end(answer(api.DELETE("/api/auth/sessions/{id}", { params: { path: { id } } })));

export const inviteMember = (email: string, role: Role, key: string): Promise<Invitation> =>
  answer(api.POST("/api/account/members", { params: { header: { "Idempotency-Key": key } }, body: { email, role } }));

export const changeRole = (id: string, role: Role): Promise<Member> =>
  answer(api.PATCH("/api/account/members/{id}", { params: { path: { id } }, body: { role } }));

export const removeMember = (id: string) => end(answer(api.DELETE("/api/account/members/{id}", { params: { path: { id } } })));

export const leaveAccount = () => answer(api.DELETE("/api/account/members/me"));

export const revokeInvitation = (id: string) =>
  end(answer(api.DELETE("/api/account/invitations/{id}", { params: { path: { id } } })));

/** A key that was made just now, and its secret. */
export interface MadeKey {
  id: string;
  name: string;
  oldUntil: string | null;
  secret: Secret;
}

const made = (key: NewKey): MadeKey => ({ id: key.id, name: key.name, oldUntil: key.old_until, secret: hide(key.api_key) });

export const createKey = async (name: string): Promise<MadeKey> =>
  made(await answer(api.POST("/api/account/api-keys", { body: { name } })));

export const rotateKey = async (id: string, graceMinutes: number): Promise<MadeKey> =>
  made(
    await answer(
      api.POST("/api/account/api-keys/{id}/rotate", { params: { path: { id } }, body: { grace_minutes: graceMinutes } }),
    ),
  );

export const revokeKey = (id: string) => end(answer(api.DELETE("/api/account/api-keys/{id}", { params: { path: { id } } })));
