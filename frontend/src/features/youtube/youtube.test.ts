import { beforeEach, expect, test } from "vitest";
import type { Job } from "../../api/jobs";
import { answerIn, forgetAnswer, takeAnswer } from "./consent";
import { isPublication, publicationsOf, publicationState, watchable, type Publication } from "./publications";
import { whyNotDescription, whyNotTitle } from "./rules";

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

const published = { render_id: "r1", privacy: "unlisted", sent: 5, size: 10, video_id: "", url: "", lost: false };
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
