import { lazy } from "react";
import { matchPath } from "react-router";

// The sign-in page is in the first script; every other page is one of its own.
const load = {
  verify: () => import("../pages/VerifyPage"),
  invitation: () => import("../pages/InvitationPage"),
  keep: () => import("../pages/KeepAccountPage"),
  create: () => import("../pages/CreateVideoPage"),
  edit: () => import("../pages/EditVideoPage"),
  videos: () => import("../pages/VideosPage"),
  video: () => import("../pages/VideoPage"),
  usage: () => import("../pages/UsagePage"),
  uploads: () => import("../pages/UploadsPage"),
  billing: () => import("../pages/BillingPage"),
  account: () => import("../pages/AccountPage"),
  youtube: () => import("../pages/YouTubePage"),
  notFound: () => import("../pages/NotFoundPage"),
};

export const VerifyPage = lazy(() => load.verify().then((m) => ({ default: m.VerifyPage })));
export const InvitationPage = lazy(() => load.invitation().then((m) => ({ default: m.InvitationPage })));
export const KeepAccountPage = lazy(() => load.keep().then((m) => ({ default: m.KeepAccountPage })));
export const CreateVideoPage = lazy(() => load.create().then((m) => ({ default: m.CreateVideoPage })));
export const EditVideoPage = lazy(() => load.edit().then((m) => ({ default: m.EditVideoPage })));
export const VideosPage = lazy(() => load.videos().then((m) => ({ default: m.VideosPage })));
export const VideoPage = lazy(() => load.video().then((m) => ({ default: m.VideoPage })));
export const UsagePage = lazy(() => load.usage().then((m) => ({ default: m.UsagePage })));
export const UploadsPage = lazy(() => load.uploads().then((m) => ({ default: m.UploadsPage })));
export const BillingPage = lazy(() => load.billing().then((m) => ({ default: m.BillingPage })));
export const AccountPage = lazy(() => load.account().then((m) => ({ default: m.AccountPage })));
export const YouTubePage = lazy(() => load.youtube().then((m) => ({ default: m.YouTubePage })));
export const NotFoundPage = lazy(() => load.notFound().then((m) => ({ default: m.NotFoundPage })));

const byPath: Record<string, () => Promise<unknown>> = {
  "/auth/verify": load.verify,
  "/invitation": load.invitation,
  "/account/keep": load.keep,
  "/youtube": load.youtube,
  "/": load.create,
  "/projects/:id": load.edit,
  "/videos": load.videos,
  "/videos/:id": load.video,
  "/usage": load.usage,
  "/uploads": load.uploads,
  "/billing": load.billing,
  "/account/:section?": load.account,
};

/** Begins to load the page of an address while the session is still asked for. */
export function preload(path: string) {
  const page = Object.entries(byPath).find(([pattern]) => matchPath(pattern, path));
  // The page itself says so when its script does not load.
  page?.[1]().catch(() => undefined);
}
