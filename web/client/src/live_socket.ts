// The page's line to the live state: reconnects by itself and says when it is not there.
import { serverSays } from "./clock";
import { hear, NOTHING_KNOWN, type LiveMessage, type LiveState } from "./live_state";

const SESSION_OVER = 4401;
const SILENCE_MS = 40_000; // the server pings every 15 s

export type Line = "connecting" | "open" | "lost" | "over";

export class LiveSocket {
  state: LiveState = NOTHING_KNOWN;
  line: Line = "connecting";
  private socket: WebSocket | null = null;
  private tries = 0;
  private retry = 0;
  private watch = 0;
  private listeners = new Set<() => void>();

  constructor(private path: string) {}

  /** Be told of every change; call the answer to stop. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  open(): void {
    window.clearTimeout(this.retry);
    const address = new URL(this.path, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.socket = socket;
    this.listen();
    socket.onmessage = (event) => this.read(JSON.parse(String(event.data)) as LiveMessage);
    socket.onclose = (event) => {
      if (this.socket === socket) this.closed(event.code);
    };
  }

  /** Try at once: the machine has woken or the network is back. */
  hurry(): void {
    if (this.line !== "lost") return;
    this.tries = 0;
    this.open();
  }

  private read(message: LiveMessage): void {
    this.listen();
    if (message.ping !== undefined) {
      this.socket?.send(JSON.stringify({ pong: message.ping }));
      return;
    }
    if (message.pong !== undefined) return;
    if (message.snapshot) serverSays(message.snapshot.now);
    this.tries = 0;
    this.line = "open";
    this.state = hear(this.state, message);
    this.tell();
  }

  private listen(): void {
    // A socket may be dead without a word, behind a proxy or after a night's sleep.
    window.clearTimeout(this.watch);
    this.watch = window.setTimeout(() => {
      const silent = this.socket;
      this.closed(0);
      silent?.close();
    }, SILENCE_MS);
  }

  private closed(code: number): void {
    window.clearTimeout(this.watch);
    this.socket = null;
    this.line = code === SESSION_OVER ? "over" : "lost";
    this.tell();
    if (this.line === "over") return;
    // Half a second to five, with some chance in it: eight hundred desks must not come at once.
    const wait = Math.min(5000, 500 * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.retry = window.setTimeout(() => this.open(), wait);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
