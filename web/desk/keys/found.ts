import { useQuery } from "@tanstack/react-query";
import type { Found, Page } from "../../api/shapes";

/** Results shown beneath the words; the search page has the others. */
const SHOWN = 8;

/**
 * What was found for these very words, empty until it is known: Enter must never open what an earlier query found.
 * The array is the same one until the answer changes.
 */
export function useFound(q: string, search: (q: string) => Promise<Page<Found>>): Found[] {
  const { data } = useQuery({
    queryKey: ["search", q, "palette"],
    queryFn: () => search(q),
    enabled: q.length > 1,
    select: first,
  });
  return data ?? NOTHING;
}

const NOTHING: Found[] = [];

function first({ items }: Page<Found>): Found[] {
  return items.slice(0, SHOWN);
}
