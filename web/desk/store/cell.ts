/** One value that components can watch, told at the flush like a row. */
import type { Flush } from "./flush";

export class Cell<Value> {
  private readonly watchers = new Set<() => void>();
  private changed = false;

  constructor(
    private value: Value,
    private readonly flush: Flush,
  ) {
    flush.register(() => this.tell());
  }

  readonly get = (): Value => this.value;

  set(value: Value) {
    if (Object.is(this.value, value)) return;
    this.value = value;
    this.changed = true;
    this.flush.soon();
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private tell() {
    if (!this.changed) return;
    this.changed = false;
    for (const watcher of [...this.watchers]) watcher();
  }
}
