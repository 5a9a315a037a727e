/**
 * Rows by id, with one subscription per row.
 *
 * A naive cache update per event keeps the main thread busy at 100 events a second. Here a write only notes
 * which rows changed; the subscribers of those rows, and of no others, are told together at the next flush.
 */
import type { Flush } from "./flush";

export class Table<Row extends { id: string }> {
  private readonly rows = new Map<string, Row>();
  private readonly watchers = new Map<string, Set<() => void>>();
  private readonly changed = new Set<string>();

  constructor(private readonly flush: Flush) {
    flush.register(() => this.tell());
  }

  get(id: string): Row | undefined {
    return this.rows.get(id);
  }

  all(): Iterable<Row> {
    return this.rows.values();
  }

  put(row: Row): Row {
    if (this.rows.get(row.id) === row) return row;
    this.rows.set(row.id, row);
    this.touch(row.id);
    return row;
  }

  patch(id: string, change: Partial<Row>): Row | undefined {
    const row = this.rows.get(id);
    return row && this.put({ ...row, ...change });
  }

  remove(id: string) {
    if (this.rows.delete(id)) this.touch(id);
  }

  clear() {
    for (const id of this.rows.keys()) this.touch(id);
    this.rows.clear();
  }

  subscribe(id: string, watcher: () => void): () => void {
    const watchers = this.watchers.get(id) ?? new Set();
    this.watchers.set(id, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (!watchers.size && this.watchers.get(id) === watchers) this.watchers.delete(id);
    };
  }

  private touch(id: string) {
    this.changed.add(id);
    this.flush.soon();
  }

  private tell() {
    const changed = [...this.changed];
    this.changed.clear();
    for (const id of changed) for (const watcher of this.watchers.get(id) ?? []) watcher();
  }
}
