import { useSearch } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";

/** One pane at a time; the width is Tailwind's `md`. */
const phone = matchMedia("not all and (min-width: 48rem)");

function subscribe(changed: () => void) {
  phone.addEventListener("change", changed);
  return () => phone.removeEventListener("change", changed);
}

/** Whether the customer panel lies over the whole thread, which is then out of reach for screen readers and keys too. */
export function useCovering(): boolean {
  const { panel } = useSearch({ from: "/desk/inbox/$view" });
  const small = useSyncExternalStore(subscribe, () => phone.matches);
  return Boolean(panel) && small;
}
