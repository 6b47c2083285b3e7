// The colleagues of this agent: their names are read once, their states come over the live connection.
import { ask, BY_ITSELF } from "../kit/api";
import type { Lamp, Lamps } from "../live/lamps";
import type { LiveSocket } from "../live/live_socket";
import { lampOf, type Colleague } from "./colleague_view";

const AGAIN_MS = 3000;

export class Colleagues {
  all: readonly Colleague[] = [];
  known = false;
  private watchers = 0;
  private reading = false;
  /** How many agents the live connection has told of. */
  private agents = 0;
  private listeners = new Set<() => void>();

  constructor(private live: LiveSocket) {
    live.onLamps(() => {
      // An agent who has been added has a lamp, but no name yet.
      if (this.agents && live.lamps.size !== this.agents) void this.read();
      this.agents = live.lamps.size;
      this.tell();
    });
  }

  get lamps(): Lamps {
    return this.live.lamps;
  }

  lamp(one: Colleague): Lamp | null {
    return lampOf(one, this.live.lamps);
  }

  /** Follow their states while the page shows them; the result ends it. */
  watch(listener: () => void): () => void {
    this.listeners.add(listener);
    if (++this.watchers === 1) this.live.watchLamps(true);
    if (!this.known) void this.read();
    return () => {
      if (!this.listeners.delete(listener)) return;
      if (--this.watchers === 0) this.live.watchLamps(false);
    };
  }

  /** Call a function when names or states are known anew, without following the states. */
  onNames(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** The name of a colleague; "" before the list was read, which this starts. */
  nameOf(id: number): string {
    if (!this.known && !this.reading) void this.read();
    return this.all.find((one) => one.id === id)?.name ?? "";
  }

  private async read(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    try {
      this.all = (await ask<{ items: Colleague[] }>("GET", "/api/v1/desk/colleagues", undefined, BY_ITSELF)).items;
      this.known = true;
      this.reading = false;
    } catch {
      window.setTimeout(() => {
        this.reading = false;
        if (this.watchers) void this.read();
      }, AGAIN_MS);
    }
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
