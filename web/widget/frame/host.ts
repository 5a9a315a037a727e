import type { Marked, ToFrame, ToHost } from "../bridge";

/**
 * The page that shows us. It speaks first (`init`), and what it then says of itself, its origin, is where
 * we answer; that it may show us at all is seen to by `frame-ancestors`.
 */
export class Host {
  private origin: string | undefined;

  constructor(
    private readonly frame: Window,
    private readonly hear: (message: ToFrame) => void,
  ) {
    frame.addEventListener("message", (event: MessageEvent) => {
      const data = event.data as Marked<ToFrame> | null;
      if (event.source !== frame.parent || data?.sambung !== 1) return;
      if (data.t === "init") this.origin ??= event.origin;
      if (event.origin === this.origin) this.hear(data);
    });
  }

  readonly tell = (message: ToHost): void => {
    if (this.origin !== undefined) this.frame.parent.postMessage({ ...message, sambung: 1 } satisfies Marked<ToHost>, this.origin);
  };
}
