// What the agent has to do, as the server tells it: for the ticker and the reminders.
import { ask, BY_ITSELF } from "../kit/api";
import type { LiveSocket } from "../live/live_socket";
import { SETTLE_MS } from "./call_panel";
import type { Desk } from "./desk";
import type { TodoEntry } from "./todo_view";

const AGAIN_MS = 300_000;

export class TodoStore {
  items: readonly TodoEntry[] = [];
  private listeners = new Set<() => void>();
  private begun = false;
  private state = "";
  private asking = false;

  constructor(
    private desk: Desk,
    live: LiveSocket,
  ) {
    desk.subscribe(() => this.follow());
    live.onTodo(() => this.changed());
    // Many pages that were opened together do not ask together.
    window.setInterval(() => void this.load(), AGAIN_MS * (0.9 + Math.random() / 5));
    this.follow();
  }

  /** Call a function when the list has changed. */
  subscribe(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Read the list again, and let the panel of the workspace draw itself. */
  changed(): void {
    document.dispatchEvent(new Event("refresh-todo"));
    void this.load();
  }

  /** Only who has a desk is reminded. A call that ended may be one to finish. */
  private follow(): void {
    const state = this.desk.agent?.state ?? "";
    if (state === this.state) return;
    const ended = this.begun && (this.state === "wrap-up" || this.state === "talking" || this.state === "offered");
    this.state = state;
    if (!state) return;
    if (!this.begun) {
      this.begun = true;
      void this.load();
    } else if (ended) window.setTimeout(() => void this.load(), SETTLE_MS);
  }

  private async load(): Promise<void> {
    if (!this.begun || this.asking) return;
    this.asking = true;
    try {
      const answer = await ask<{ items: TodoEntry[] }>("GET", "/api/v1/desk/todo", undefined, BY_ITSELF);
      this.items = answer.items;
      for (const listener of this.listeners) listener();
    } catch {
      // The list stays as it is; the next time comes soon.
    } finally {
      this.asking = false;
    }
  }
}
