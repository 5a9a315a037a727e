/**
 * What an agent has begun to write, per conversation and per mode, so that words meant for a colleague never reach a
 * customer. Kept on the server a moment after the last key; what is being typed here wins over what comes from there.
 */
import type { Draft, Mode } from "../../api/shapes";
import { Cell } from "./cell";
import type { Flush } from "./flush";

export interface DraftKeeper {
  drafts(conversation: string): Promise<Record<Mode, Draft | null>>;
  keepDraft(conversation: string, mode: Mode, draft: Draft): Promise<void>;
  dropDraft(conversation: string, mode: Mode): Promise<unknown>;
}

export const QUIET = 700;

const EMPTY: Draft = { text: "", connection: null };

export class Drafts {
  private readonly cells = new Map<string, Cell<Draft>>();
  private readonly unsaved = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly read = new Set<string>();

  constructor(
    private readonly flush: Flush,
    private readonly keeper: DraftKeeper,
  ) {}

  of(conversation: string, mode: Mode): Cell<Draft> {
    this.fetch(conversation);
    return this.cell(conversation, mode);
  }

  write(conversation: string, mode: Mode, change: Partial<Draft>) {
    const cell = this.cell(conversation, mode);
    cell.set({ ...cell.get(), ...change });
    this.flush.now();
    const key = keyOf(conversation, mode);
    clearTimeout(this.unsaved.get(key));
    this.unsaved.set(
      key,
      setTimeout(() => void this.save(conversation, mode), QUIET),
    );
  }

  /** The words have been sent; the next ones go where the customer is then. */
  clear(conversation: string, mode: Mode) {
    this.write(conversation, mode, EMPTY);
    void this.save(conversation, mode);
  }

  /** Saves at once what waits, e.g. when the conversation or the page is left. */
  async settle() {
    await Promise.all(
      [...this.unsaved.keys()].map((key) => {
        const [conversation, mode] = key.split(" ") as [string, Mode];
        return this.save(conversation, mode);
      }),
    );
  }

  private cell(conversation: string, mode: Mode): Cell<Draft> {
    const key = keyOf(conversation, mode);
    let cell = this.cells.get(key);
    if (!cell) this.cells.set(key, (cell = new Cell(EMPTY, this.flush)));
    return cell;
  }

  private fetch(conversation: string) {
    if (this.read.has(conversation)) return;
    this.read.add(conversation);
    this.keeper.drafts(conversation).then(
      (drafts) => {
        for (const mode of ["reply", "note"] as const) {
          const draft = drafts[mode];
          const cell = this.cell(conversation, mode);
          if (draft && !this.unsaved.has(keyOf(conversation, mode)) && !cell.get().text) cell.set(draft);
        }
        this.flush.now();
      },
      // Not reached: the next opening asks again.
      () => this.read.delete(conversation),
    );
  }

  private async save(conversation: string, mode: Mode) {
    const key = keyOf(conversation, mode);
    clearTimeout(this.unsaved.get(key));
    this.unsaved.delete(key);
    const { text, connection } = this.cell(conversation, mode).get();
    try {
      if (text.trim()) await this.keeper.keepDraft(conversation, mode, { text, connection });
      else await this.keeper.dropDraft(conversation, mode);
    } catch {
      // Still here in memory; the next key saves it again.
    }
  }
}

function keyOf(conversation: string, mode: Mode): string {
  return `${conversation} ${mode}`;
}
