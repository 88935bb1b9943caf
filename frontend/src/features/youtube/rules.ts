// YouTube's own: https://developers.google.com/youtube/v3/docs/videos. The API
// decides; these save the way to it.
export const MAX_TITLE = 100; // characters
export const MAX_DESCRIPTION = 5_000; // bytes in UTF-8

const angled = /[<>]/;

/** Why YouTube would not take a title, as a sentence; undefined when nothing speaks against it here. */
export function whyNotTitle(title: string): string | undefined {
  const length = Array.from(title.trim()).length;
  if (length === 0) return "Give the video a title.";
  if (length > MAX_TITLE) return `The title has ${length - MAX_TITLE} characters too many for YouTube.`;
  return angled.test(title) ? "YouTube takes no < or > in a title." : undefined;
}

export function whyNotDescription(description: string): string | undefined {
  const size = new TextEncoder().encode(description.trim()).length;
  if (size > MAX_DESCRIPTION) return `The description is ${size - MAX_DESCRIPTION} bytes too long for YouTube.`;
  return angled.test(description) ? "YouTube takes no < or > in a description." : undefined;
}
