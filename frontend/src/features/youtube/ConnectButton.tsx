import { hasCode } from "../../api/problem";
import { consentPage } from "../../api/youtube";
import { Button } from "../../components/Button";
import { ErrorNotice, Notice } from "../../components/Notice";
import { NeedsPlan, SeeFeature } from "../../components/SeePlans";
import { useDeparture } from "../../components/useDeparture";
import { wayBack } from "../../components/wayBack";

/** Leaves for Google's page of consent. `back` is where a person wants to be afterwards. */
export function ConnectButton({ back, label = "Connect a channel" }: { back: string; label?: string }) {
  const google = useDeparture(() => {
    wayBack.keep("youtube", back);
    return consentPage();
  });
  return (
    <>
      {hasCode(google.error, "feature_not_in_plan") ? (
        <Notice tone="bad" actions={<SeeFeature feature="youtube_publish" />}>
          <NeedsPlan feature="youtube_publish" />
        </Notice>
      ) : (
        google.error && <ErrorNotice error={google.error} />
      )}
      <Button look="main" busy={google.busy} onClick={() => google.go()}>
        {google.busy ? "Opening Google …" : label}
      </Button>
    </>
  );
}
