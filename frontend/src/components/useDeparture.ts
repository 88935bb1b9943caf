import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { createOnce } from "../api/intention";

/**
 * Leaves the app for a page elsewhere, whose address is asked for first. It is
 * busy until the browser has gone; who comes back to this page finds it at rest.
 */
export function useDeparture<T>(address: (what: T) => Promise<string>) {
  const [once] = useState(createOnce);
  const { mutate, reset, isPending, isSuccess, error, variables } = useMutation({
    mutationFn: (what: T) => once(String(what), () => address(what)),
    onSuccess: (url) => window.location.assign(url),
  });
  useEffect(() => {
    const back = (event: PageTransitionEvent) => {
      if (event.persisted) reset();
    };
    window.addEventListener("pageshow", back);
    return () => window.removeEventListener("pageshow", back);
  }, [reset]);
  return { go: mutate, busy: isPending || isSuccess, error, what: variables };
}
