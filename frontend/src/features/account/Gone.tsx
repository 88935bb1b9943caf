import { useState } from "react";
import { farewell } from "../../api/farewell";
import { Button, buttonClass } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { dateOf } from "../../components/times";

/** For whoever is signed out here: the account that was open in this browser was to be erased by now. */
export function Gone() {
  const [known, setKnown] = useState(() => farewell.gone(new Date()));
  if (!known) return null;
  return (
    <Notice
      actions={
        <>
          {known.receipt !== undefined && (
            <a className={buttonClass({ small: true })} href={known.receipt}>
              See the receipt
            </a>
          )}
          <Button
            small
            onClick={() => {
              farewell.forget();
              setKnown(undefined);
            }}
          >
            Do not show again
          </Button>
        </>
      }
    >
      <strong>The account that was open here was to be erased on {dateOf(known.at)}.</strong> Unless somebody kept it, it is gone
      with everything in it, and signing in with its address makes a new, empty one.
    </Notice>
  );
}
