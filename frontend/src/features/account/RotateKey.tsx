import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { rotateKey, type Key, type MadeKey } from "../../api/account";
import { Button } from "../../components/Button";
import { Choices } from "../../components/Choices";
import { Dialog } from "../../components/Dialog";
import { Trouble } from "./Trouble";

interface RotateKeyProps {
  apiKey: Key;
  onClose: () => void;
  onRotated: (key: MadeKey) => void;
}

const graces = [
  { value: "0", label: "Not at all" },
  { value: "15", label: "15 minutes" },
  { value: "60", label: "60 minutes" },
] as const;

export function RotateKey({ apiKey, onClose, onRotated }: RotateKeyProps) {
  const [grace, setGrace] = useState<(typeof graces)[number]["value"]>("0");
  const rotation = useMutation({
    // It answers nothing: what a mutation answers is kept for a while.
    mutationFn: async () => {
      onRotated(await rotateKey(apiKey.id, Number(grace)));
    },
  });
  return (
    <Dialog
      title={`Rotate “${apiKey.name}”?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep the old one</Button>
          <Button look="danger" busy={rotation.isPending} onClick={() => rotation.mutate()}>
            Rotate
          </Button>
        </>
      }
    >
      <p>The key gets a new secret, which you see once. If the old one may be known to others, let it end at once.</p>
      <Choices legend="How long the old one works on" options={graces} value={grace} onChange={setGrace} />
      {rotation.error && <Trouble error={rotation.error} />}
    </Dialog>
  );
}
