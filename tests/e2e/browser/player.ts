import { expect, type Locator, type Page } from "@playwright/test";

/** Stops a video where its captions can be seen. */
export async function showTheMiddle(video: Locator) {
  await video.evaluate(
    (v: HTMLVideoElement) =>
      new Promise((done) => {
        const cue = v.textTracks[0]!.cues![0]!;
        v.addEventListener("seeked", done, { once: true });
        v.currentTime = (cue.startTime + cue.endTime) / 2;
      }),
  );
}

/**
 * Plays a video, eight times as fast, until it has ended, and makes sure that
 * pictures were decoded, sound was in it, and captions were shown on the way.
 */
export async function playToItsEnd(page: Page, video: Locator) {
  await video.evaluate(async (v: HTMLVideoElement) => {
    v.textTracks[0]!.mode = "showing";
    v.playbackRate = 8;
    await v.play();
  });
  const seen = await video.evaluate(
    (v: HTMLVideoElement) =>
      new Promise<{ frames: number; cues: string[] }>((done, fail) => {
        const seen = { frames: 0, cues: new Set<string>() };
        const look = () => {
          seen.frames++;
          for (const cue of v.textTracks[0]!.activeCues ?? []) seen.cues.add((cue as VTTCue).text);
          v.requestVideoFrameCallback(look);
        };
        v.requestVideoFrameCallback(look);
        v.addEventListener("error", () => fail(new Error(v.error?.message)));
        const end = () => done({ frames: seen.frames, cues: [...seen.cues] });
        if (v.ended) end();
        else v.addEventListener("ended", end);
      }),
  );
  const state = await video.evaluate((v: HTMLVideoElement) => ({
    ended: v.ended,
    left: v.duration - v.currentTime,
    duration: v.duration,
    decoded: v.getVideoPlaybackQuality().totalVideoFrames,
    width: v.videoWidth,
    height: v.videoHeight,
    sound: (v as HTMLVideoElement & { webkitAudioDecodedByteCount: number }).webkitAudioDecodedByteCount,
    cues: v.textTracks[0]!.cues?.length ?? 0,
  }));
  expect(state).toMatchObject({ ended: true, width: 1280, height: 720 });
  expect(state.left).toBeLessThan(0.1);
  expect(state.duration).toBeGreaterThan(2);
  expect(state.decoded, "decoded pictures").toBeGreaterThan(state.duration); // 30 a second; many are dropped at this speed
  expect(seen.frames, "pictures shown").toBeGreaterThan(0);
  expect(state.sound, "decoded sound, in bytes").toBeGreaterThan(1000);
  expect(state.cues, "captions in the track").toBeGreaterThan(0);
  expect(seen.cues.join(" "), "captions shown").toMatch(/\w/);
  await expect(page.getByRole("alert")).toHaveCount(0);
}
