import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { projectQuery, updateProject, type Project } from "../../api/projects";
import { createAutosave, type Autosave, type View } from "./autosave";
import { backups } from "./backup";

// A draft outlives its page: a request or a picture may still be under way when
// one leaves, and who comes back goes on where it is.
const open = new Map<string, Autosave>();

const nameOf = (user: string, project: string) => `${user}/${project}`;

function openDraft(queries: QueryClient, user: string, project: Project): Autosave {
  const name = nameOf(user, project.id);
  const known = open.get(name);
  if (known) return known;
  const slot = backups(user, project.id);
  const made = createAutosave(
    project,
    {
      update: async (version, draft) => {
        const saved = await updateProject(project.id, version, draft);
        queries.setQueryData(projectQuery(project.id).queryKey, saved);
        void queries.invalidateQueries({ queryKey: ["projects"] });
        return saved;
      },
      fetch: () => queries.query({ ...projectQuery(project.id), staleTime: 0 }),
      keep: (backup) => slot.keep(backup),
      drop: () => slot.drop(),
      later: (run, ms) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    slot.take(),
  );
  open.set(name, made);
  return made;
}

/** Ends a draft whose project is deleted. */
export function closeDraft(user: string, project: string) {
  open.get(nameOf(user, project))?.stop();
  open.delete(nameOf(user, project));
}

/** The draft of a project, kept while the app is open. */
export function useAutosave(user: string, project: Project): View & { autosave: Autosave } {
  const autosave = openDraft(useQueryClient(), user, project);
  const view = useSyncExternalStore(autosave.subscribe, autosave.view);

  useEffect(() => autosave.adopt(project), [autosave, project]);
  useEffect(() => {
    const wake = () => autosave.wake();
    // What is not sent when the page is left is sent now; the backup has it too.
    const leave = () => {
      if (document.visibilityState === "hidden") void autosave.flush();
    };
    wake();
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
