import type { Image } from "../../api/projects";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import type { ShowingScene } from "./shown";

interface UsePreviewProps {
  image: Image;
  scenes: readonly ShowingScene[];
  onClose: () => void;
  onScene: (key: string, number: number) => void;
}

/** Asks which scene shall show a picture. */
export function UsePreview({ image, scenes, onClose, onScene }: UsePreviewProps) {
  return (
    <Dialog title="Which scene shall show it?" onClose={onClose} actions={<Button onClick={onClose}>Cancel</Button>}>
      <img className="previews__chosen" src={image.url} alt="" />
      <ul className="stack">
        {scenes.map((scene, i) => (
          <li key={scene.key}>
            <Button
              small
              disabled={scene.imageId === image.id && scene.uploadId === ""}
              onClick={() => onScene(scene.key, i + 1)}
            >
              Scene {i + 1}
              {scene.text.trim() !== "" && `: ${beginning(scene.text)}`}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

const LONGEST = 40;

function beginning(text: string): string {
  const letters = Array.from(text.trim());
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")} …` : text.trim();
}
