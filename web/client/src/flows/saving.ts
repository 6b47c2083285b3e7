// Saves the draft while it is edited. What cannot be saved is told, kept, and tried again.
import { Problem } from "../kit/api";
import type { Snapshot } from "./history";

export type SaveState = "saved" | "waiting" | "saving" | "lost" | "refused" | "conflict";

export interface SaveStatus {
  state: SaveState;
  sentence: string; // why it is not saved
}

/** Sends a draft and gives what names the new revision. */
export type Put<Mark> = (snapshot: Snapshot, mark: Mark) => Promise<Mark>;

const AFTER_MS = 700;
const AGAIN_MS = [2_000, 5_000, 10_000];
const CHANGED = 412;
const REFUSED = new Set([400, 403, 404, 409, 413, 422]);

export class Saver<Mark> {
  private unsaved: Snapshot | null = null;
  private sending: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private stopped = false;
  status: SaveStatus = { state: "saved", sentence: "" };

  constructor(
    private put: Put<Mark>,
    public mark: Mark,
    private told: (status: SaveStatus) => void,
  ) {}

  /** Whether something is on the screen that is not on the server. */
  get dirty(): boolean {
    return this.unsaved !== null || this.sending !== null;
  }

  change(snapshot: Snapshot): void {
    this.unsaved = snapshot;
    if (this.status.state === "conflict" || this.stopped) return;
    if (this.status.state !== "lost") this.tell("waiting");
    this.later(this.status.state === "lost" ? this.patience() : AFTER_MS);
  }

  /** Save at once; true if all is saved. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    if (this.sending) await this.sending;
    clearTimeout(this.timer);
    if (this.unsaved && this.status.state !== "conflict") await this.send();
    return !this.dirty && this.status.state !== "conflict";
  }

  /** Someone else has changed the draft: nothing is sent until the user has decided. */
  conflict(): void {
    clearTimeout(this.timer);
    this.tell("conflict");
  }

  /** Begin again from what is on the server now; what was not saved is forgotten. */
  restart(mark: Mark): void {
    clearTimeout(this.timer);
    this.mark = mark;
    this.unsaved = null;
    this.failures = 0;
    this.tell("saved");
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private later(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void (this.sending ?? this.send()), delay);
  }

  private patience(): number {
    return AGAIN_MS[Math.min(this.failures, AGAIN_MS.length) - 1] ?? AGAIN_MS[0] ?? AFTER_MS;
  }

  private send(): Promise<void> {
    this.sending = this.attempt().finally(() => (this.sending = null));
    return this.sending;
  }

  private async attempt(): Promise<void> {
    const snapshot = this.unsaved;
    if (!snapshot) return;
    this.tell("saving");
    try {
      this.mark = await this.put(snapshot, this.mark);
      this.failures = 0;
      if (this.unsaved === snapshot) this.unsaved = null;
      if (this.unsaved) this.later(AFTER_MS);
      this.tell(this.unsaved ? "waiting" : "saved");
    } catch (error) {
      const { status, message } = error instanceof Problem ? error : new Problem(0, String(error));
      if (status === CHANGED) {
        this.conflict();
      } else if (REFUSED.has(status)) {
        // The same document would be refused again: the next change is tried.
        this.tell("refused", message);
      } else {
        this.failures += 1;
        this.tell("lost", message);
        if (!this.stopped) this.later(this.patience());
      }
    }
  }

  private tell(state: SaveState, sentence = ""): void {
    this.status = { state, sentence };
    this.told(this.status);
  }
}
