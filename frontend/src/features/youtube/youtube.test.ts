import { beforeEach, expect, test } from "vitest";
import type { Job } from "../../api/jobs";
import { ApiError, UnreachableError } from "../../api/problem";
import type { Channel } from "../../api/youtube";
import { answerIn, forgetAnswer, takeAnswer } from "./consent";
import {
  goesOn,
  holdsAllOf,
  isPublication,
  publicationsOf,
  publicationState,
  watchable,
  waysOn,
  type Publication,
} from "./publications";
import { whyNotDescription, whyNotTitle } from "./rules";
import { canDoBetter, saidBeside, whyItFailed, whyRefused } from "./words";

beforeEach(() => {
  forgetAnswer();
  window.history.replaceState(null, "", "/youtube");
});

test("the code leaves the address at once, and is known until it was used", () => {
  window.history.replaceState(null, "", "/youtube?state=s&code=c&scope=x#y");
  expect(takeAnswer()).toEqual({ consent: { code: "c", state: "s" } });
  expect(window.location.href).toMatch(/\/youtube$/);
  expect(takeAnswer()).toEqual({ consent: { code: "c", state: "s" } });
  forgetAnswer();
  expect(takeAnswer()).toBeUndefined();
});

test("a later answer takes the place of the one before", () => {
  window.history.replaceState(null, "", "/youtube?state=s&code=c");
  takeAnswer();
  window.history.replaceState(null, "", "/youtube?error=access_denied&state=s");
  expect(takeAnswer()).toEqual({ refused: "access_denied" });
});

test.each([
  ["error=access_denied&state=s&code=c", { refused: "access_denied" }],
  ["code=c", undefined],
  ["state=s", undefined],
  ["code=&state=s", undefined],
  ["", undefined],
])("%s", (search, answer) => {
  expect(answerIn(new URLSearchParams(search))).toEqual(answer);
});

const published = { render_id: "r1", privacy: "unlisted", sent: 5, lost: false, size: 10, video_id: "", url: "" };
const job = (what: Partial<Job> = {}) =>
  ({ id: "p1", kind: "publish", status: "running", deleted: false, published, ...what }) as Publication;

test("publications are those of the video, and no renders", () => {
  const jobs = [
    job(),
    job({ id: "p2", published: { ...published, render_id: "r2" } }),
    job({ id: "r1", kind: "render", published: null }),
  ];
  expect(publicationsOf("r1", jobs).map(({ id }) => id)).toEqual(["p1"]);
  expect(isPublication(job({ deleted: true }))).toBe(false);
});

test("how far it is", () => {
  expect(publicationState(job())).toBe("Sending it to YouTube");
  expect(publicationState(job({ published: { ...published, sent: 10 } }))).toBe("YouTube is taking it in");
  expect(publicationState(job({ status: "succeeded" }))).toBe("On YouTube, unlisted");
  expect(publicationState(job({ status: "failed" }))).toBe("Could not be published");
});

test("an address that is no page is no link", () => {
  expect(watchable("https://youtu.be/x")).toBe(true);
  expect(watchable("javascript:alert(1)")).toBe(false);
  expect(watchable("")).toBe(false);
});

test("what YouTube takes as a title and a description", () => {
  expect(whyNotTitle("Psalm 23")).toBeUndefined();
  expect(whyNotTitle("🕊".repeat(100))).toBeUndefined();
  expect(whyNotTitle("🕊".repeat(101))).toContain("1 characters too many".slice(1));
  expect(whyNotTitle("  ")).toContain("Give");
  expect(whyNotTitle("a <b>")).toContain("< or >");
  expect(whyNotDescription("é".repeat(2_500))).toBeUndefined();
  expect(whyNotDescription("é".repeat(2_501))).toContain("2 bytes too long");
  expect(whyNotDescription("1 > 0")).toContain("< or >");
});

// As the API says it, in shared/domains/publish/upload.go.
const forgotten =
  "YouTube got the whole video and then forgot the upload, so that we cannot know whether it was published. " +
  "Look at your channel first. Retry only if the video is not there: a retry sends it anew.";

const failed = (code: string, detail = "", what: Partial<Publication["published"]> = {}) =>
  job({
    status: "failed",
    error: { type: "", title: "", status: 502, code, detail, instance: "" },
    published: { ...published, ...what },
  });

test("of an upload that YouTube forgot nothing is said to go on", () => {
  const lost = failed("publish_failed", forgotten, { sent: 10, lost: true });
  expect(whyItFailed(lost.error)).toBe(forgotten);
  expect(goesOn(lost)).toBe(false);
  expect(goesOn(failed("publish_failed", "YouTube takes no more videos for this channel today. Retry tomorrow."))).toBe(true);
  expect(whyItFailed(failed("publish_failed").error)).not.toContain("goes on");
});

const channel = (connected: boolean, set_up = true): Channel => ({
  set_up,
  connected,
  channel_id: "",
  title: "",
  connected_at: null,
});

test.each([
  ["a failure", failed("publish_failed"), true, { retry: true, connect: false }],
  ["a failure, and no channel any more", failed("publish_failed"), false, { retry: false, connect: true }],
  ["a failure, and nothing known of the channel", failed("publish_failed"), undefined, { retry: true, connect: false }],
  ["no channel", failed("youtube_not_connected"), false, { retry: false, connect: true }],
  ["no channel then, one now", failed("youtube_not_connected"), true, { retry: true, connect: true }],
  ["no channel then, nothing known now", failed("youtube_not_connected"), undefined, { retry: false, connect: true }],
  ["canceled", job({ status: "canceled" }), true, { retry: true, connect: false }],
  ["on its way", job(), false, { retry: false, connect: false }],
])("what leads on from %s", (_, publication, connected, ways) => {
  expect(waysOn(publication, connected === undefined ? undefined : channel(connected))).toEqual(ways);
});

test.each([true, false])(
  "where YouTube is not set up nothing leads on, with a channel from before (%s) or without",
  (connected) => {
    expect(waysOn(failed("publish_failed"), channel(connected, false))).toEqual({ retry: false, connect: false });
    expect(waysOn(failed("youtube_not_set_up"), channel(connected, false))).toEqual({ retry: false, connect: false });
  },
);

test("a video can be published once it is known what it was published as", () => {
  const page = (...ids: string[]) => ({ items: ids.map((id) => job({ id })) });
  expect(holdsAllOf("r1", undefined, false)).toBe(false);
  expect(holdsAllOf("r1", { pages: [page("p1", "r2")] }, true)).toBe(false);
  expect(holdsAllOf("r1", { pages: [page("p1", "r2"), page("r1")] }, true)).toBe(true);
  expect(holdsAllOf("r1", { pages: [page("p1")] }, false)).toBe(true);
});

const refused = (code: string, detail: string, fields?: { field: string; message: string }[]) =>
  new ApiError({ type: "", title: "", status: 400, code, detail, instance: "", ...(fields && { errors: fields }) });

test.each([
  ["conflict", "This video is being published already."],
  ["youtube_not_connected", "Another channel is connected now than the one that this video was for."],
  ["too_many_jobs", "3 publications are in progress already. Wait for one to finish, or cancel one."],
  ["job_not_cancelable", "YouTube is being sent the end of the video, which cannot be taken back any more."],
  ["job_not_retryable", "The upload was begun to another channel. Connect that one, or publish the video anew."],
])("%s is said as the API says it, not in the words of a render", (code, detail) => {
  expect(whyRefused(refused(code, detail))).toBe(detail);
  expect(whyItFailed({ code, detail })).toBe(detail);
  expect(canDoBetter(refused(code, detail))).toBe(code === "too_many_jobs");
  expect(whyRefused(refused(code, ""))).toMatch(/^[A-Z].*\.$/);
});

test("where YouTube is not set up, asking again is not offered, and words of ours say why", () => {
  expect(canDoBetter(refused("youtube_not_set_up", ""))).toBe(false);
  expect(whyRefused(refused("youtube_not_set_up", ""))).toContain("not set up here");
});

test("what is wrong with a field that is not drawn is said all the same", () => {
  const drawn = ["title", "description"];
  const video = { field: "job_id", message: "must name a finished video of this project that was not deleted" };
  const title = { field: "title", message: "is too long" };
  const sentence = "The video must name a finished video of this project that was not deleted.";
  expect(saidBeside(refused("invalid_input", "", [video]), drawn)).toBe(false);
  expect(whyRefused(refused("invalid_input", "", [video]), drawn)).toBe(sentence);
  expect(saidBeside(refused("invalid_input", "", [title, video]), drawn)).toBe(false);
  expect(whyRefused(refused("invalid_input", "", [title, video]), drawn)).toBe(sentence);
  expect(saidBeside(refused("invalid_input", "", [title]), drawn)).toBe(true);
  expect(saidBeside(new UnreachableError("refused"), drawn)).toBe(false);
});
