// One phone per browser: the tab with the lock has it, the others wait or take it over.

export type Holder = "mine" | "elsewhere";

export class PhoneLock {
  private release: (() => void) | null = null;
  private waiting: AbortController | null = null;
  private asking = false;

  constructor(
    private name: string,
    private changed: (holder: Holder) => void,
  ) {}

  /** Take the lock if no other tab has it; else report that, and take it when that tab closes. */
  acquire(): void {
    if (this.release || this.waiting || this.asking) return;
    if (!navigator.locks) {
      // Not a secure page: there is no microphone either, so two tabs do no harm.
      this.release = () => undefined;
      this.changed("mine");
      return;
    }
    this.asking = true;
    void navigator.locks
      .request(this.name, { ifAvailable: true }, (lock) => {
        this.asking = false;
        if (lock) return this.hold();
        this.waitInLine();
        this.changed("elsewhere");
        return undefined;
      })
      .catch(() => this.lost());
  }

  /** Take it from the other tab, which is notified and releases its phone. */
  takeOver(): void {
    this.waiting?.abort();
    this.waiting = null;
    void navigator.locks
      .request(this.name, { steal: true }, () => this.hold())
      .catch(() => this.lost());
  }

  letGo(): void {
    this.waiting?.abort();
    this.waiting = null;
    this.release?.();
    this.release = null;
  }

  private waitInLine(): void {
    const waiting = new AbortController();
    this.waiting = waiting;
    void navigator.locks
      .request(this.name, { signal: waiting.signal }, () => {
        this.waiting = null;
        return this.hold();
      })
      .catch(() => {
        // Aborted by takeOver or letGo, or stolen after we had it.
        if (!waiting.signal.aborted) this.lost();
      });
  }

  private hold(): Promise<void> {
    return new Promise((resolve) => {
      this.release = resolve;
      this.changed("mine");
    });
  }

  private lost(): void {
    this.release = null;
    this.waitInLine();
    this.changed("elsewhere");
  }
}
