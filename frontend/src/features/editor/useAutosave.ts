import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { projectQuery, updateProject, type Project } from "../../api/projects";
import { createAutosave, type Autosave, type View } from "./autosave";
import { dropBackup, keepBackup, readBackup } from "./backup";

/** The draft of a project, kept while the page is open. */
export function useAutosave(user: string, project: Project): View & { autosave: Autosave } {
  const queries = useQueryClient();
  const [autosave] = useState(() =>
    createAutosave(
      project,
      {
        update: async (version, draft) => {
          const saved = await updateProject(project.id, version, draft);
          queries.setQueryData(projectQuery(project.id).queryKey, saved);
          void queries.invalidateQueries({ queryKey: ["projects"] });
          return saved;
        },
        fetch: () => queries.query({ ...projectQuery(project.id), staleTime: 0 }),
        keep: (backup) => keepBackup(user, project.id, backup),
        drop: (stamp) => dropBackup(user, project.id, stamp),
        later: (run, ms) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      },
      readBackup(user, project.id),
    ),
  );
  const view = useSyncExternalStore(autosave.subscribe, autosave.view);

  useEffect(() => autosave.adopt(project), [autosave, project]);
  useEffect(() => {
    const wake = () => autosave.wake();
    // What is not sent when the page is left is sent now; the backup has it too.
    const leave = () => {
      if (document.visibilityState === "hidden") void autosave.flush();
    };
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", leave);
    return () => {
      window.removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", leave);
      void autosave.flush();
    };
  }, [autosave]);

  return { ...view, autosave };
}
