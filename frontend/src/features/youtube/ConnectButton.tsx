import { consentPage } from "../../api/youtube";
import { Button } from "../../components/Button";
import { useDeparture } from "../../components/useDeparture";
import { wayBack } from "../../components/wayBack";
import { Trouble } from "./Trouble";

interface ConnectButtonProps {
  /** Where a person wants to be afterwards. */
  back: string;
  label?: string;
  /** It stands beside what is wanted more. */
  aside?: boolean;
}

/** Leaves for Google's page of consent. */
export function ConnectButton({ back, label = "Connect a channel", aside = false }: ConnectButtonProps) {
  const google = useDeparture(() => {
    wayBack.keep("youtube", back);
    return consentPage();
  });
  return (
    <>
      {google.error && <Trouble error={google.error} />}
      <Button {...(aside ? { small: true } : { look: "main" })} busy={google.busy} onClick={() => google.go()}>
        {google.busy ? "Opening Google …" : label}
      </Button>
    </>
  );
}
