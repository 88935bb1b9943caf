/** A scene of the open draft, as far as its picture goes. */
export interface ShowingScene {
  key: string;
  text: string;
  imageId: string;
  uploadId: string;
}

const list = new Intl.ListFormat("en");

/** Which scenes show a picture, such as "Scenes 1 and 3"; "" for none. */
export function whereShown(scenes: readonly ShowingScene[], image: string): string {
  const numbers = scenes.flatMap((scene, i) => (scene.imageId === image && scene.uploadId === "" ? [`${i + 1}`] : []));
  if (numbers.length === 0) return "";
  return `${numbers.length === 1 ? "Scene" : "Scenes"} ${list.format(numbers)}`;
}
