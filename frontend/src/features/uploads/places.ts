import type { Project } from "../../api/projects";

const list = new Intl.ListFormat("en");

/** Where a project uses an upload, such as "scene 2 and music". */
export function placesOf(project: Pick<Project, "scenes" | "music_upload_id">, upload: string): string {
  const scenes = project.scenes.flatMap((scene, i) => (scene.upload_id === upload ? [`scene ${i + 1}`] : []));
  return list.format(project.music_upload_id === upload ? [...scenes, "background music"] : scenes);
}
