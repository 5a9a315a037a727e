/** When the screen hears of changes: at most every 200 ms for what the server says, at once for what the agent does. */
export const INTERVAL = 200;

export class Flush {
  private readonly tellers: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  register(teller: () => void) {
    this.tellers.push(teller);
  }

  soon() {
    this.timer ??= setTimeout(() => this.now(), INTERVAL);
  }

  now() {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const tell of this.tellers) tell();
  }
}
