import { useCallback, useState } from "react";

export interface Selection {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
  take: (ids: Iterable<string>) => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** What is ticked in a list; another list starts with nothing ticked. */
export function useSelection(list: string): Selection {
  const [state, setState] = useState({ list, ids: NONE });
  const ids = state.list === list ? state.ids : NONE;
  const take = useCallback((next: Iterable<string>) => setState({ list, ids: new Set(next) }), [list]);
  const toggle = useCallback(
    (id: string) =>
      setState((before) => {
        const next = new Set(before.list === list ? before.ids : NONE);
        if (!next.delete(id)) next.add(id);
        return { list, ids: next };
      }),
    [list],
  );
  const clear = useCallback(() => take(NONE), [take]);
  return { ids, toggle, take, clear };
}
