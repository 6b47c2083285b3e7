// The page's connection to the live state: reconnects by itself and shows when it is lost.
import { serverSays } from "../kit/clock";
import { lampsAfter, type Lamps } from "./lamps";
import {
  cursorOf,
  hear,
  NOTHING_KNOWN,
  type LiveMessage,
  type LiveState,
  type Notice,
  type RingingCall,
  type Topic,
} from "./live_state";

const SESSION_OVER = 4401;
const USE_MS = 60_000;
const SILENCE_MS = 40_000; // the server pings every 15 s

export type Line = "connecting" | "open" | "lost" | "over";

export class LiveSocket {
  state: LiveState = NOTHING_KNOWN;
  line: Line = "connecting";
  /** The calls that ring at colleagues, the longest first. */
  ringing: readonly RingingCall[] = [];
  /** What colleagues do now, while the page watches them. */
  lamps: Lamps = new Map();
  private wantsLamps = false;
  private socket: WebSocket | null = null;
  private tries = 0;
  private retry = 0;
  private silence = 0;
  private topic: Topic = "desk";
  private usedAt = 0;
  private listeners = new Set<() => void>();
  private lit = new Set<() => void>();
  private barred = new Set<() => void>();
  private todos = new Set<() => void>();
  private noticed = new Set<(unread: number, notice: Notice | null) => void>();

  constructor(private path: string) {}

  /** Call a function for every change; the result unsubscribes it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Call a function for new notices and the number of unread ones. */
  onNotice(listener: (unread: number, notice: Notice | null) => void): void {
    this.noticed.add(listener);
  }

  /** Call a function when the bars across all pages have changed. */
  onBars(listener: () => void): void {
    this.barred.add(listener);
  }

  /** Call a function when what this user has to do has changed. */
  onTodo(listener: () => void): void {
    this.todos.add(listener);
  }

  /** Call a function when a colleague does something else. */
  onLamps(listener: () => void): void {
    this.lit.add(listener);
  }

  /** Be told what colleagues do, or no longer. */
  watchLamps(on: boolean): void {
    this.wantsLamps = on;
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ lamps: on }));
  }

  /** Switch to another view: the whole floor, or only the user's own desk. */
  watch(topic: Topic): void {
    if (this.topic === topic) return;
    this.topic = topic;
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ topics: topic }));
  }

  open(): void {
    window.clearTimeout(this.retry);
    const address = new URL(this.path, location.href);
    address.searchParams.set("topics", this.topic);
    const cursor = cursorOf(this.state);
    if (cursor) address.searchParams.set("cursor", cursor);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    const asked = this.topic;
    this.socket = socket;
    this.listen();
    socket.onopen = () => {
      // The view may have changed while the connection was made.
      if (asked !== this.topic) socket.send(JSON.stringify({ topics: this.topic }));
      if (this.wantsLamps) socket.send(JSON.stringify({ lamps: true }));
    };
    socket.onmessage = (event) => this.read(JSON.parse(String(event.data)) as LiveMessage);
    socket.onclose = (event) => {
      if (this.socket === socket) this.closed(event.code);
    };
  }

  /** Reconnect with the new session; the old connection may still have the old one. */
  renew(): void {
    const before = this.socket;
    this.socket = null;
    this.ringing = [];
    before?.close();
    this.tries = 0;
    this.line = "connecting";
    this.open();
  }

  /** Report the user's activity, once a minute at most: an open page alone does not count. */
  noteUse(): void {
    const at = Date.now();
    if (at - this.usedAt < USE_MS || this.socket?.readyState !== WebSocket.OPEN) return;
    this.usedAt = at;
    this.socket.send(JSON.stringify({ used: true }));
  }

  /** Reconnect at once: the machine has woken up or the network is back. */
  hurry(): void {
    if (this.line !== "lost") return;
    this.tries = 0;
    this.open();
  }

  private read(message: LiveMessage): void {
    this.listen();
    if (message.unread !== undefined) {
      for (const listener of this.noticed) listener(message.unread, message.notice ?? null);
      return;
    }
    if (message.bars !== undefined) {
      for (const listener of this.barred) listener();
      return;
    }
    if (message.todo !== undefined) {
      for (const listener of this.todos) listener();
      return;
    }
    if (message.lamps !== undefined) {
      this.lamps = lampsAfter(this.lamps, message.lamps, message.all ?? false);
      for (const listener of this.lit) listener();
      return;
    }
    if (message.ringing !== undefined) {
      this.ringing = message.ringing;
      this.tell();
      return;
    }
    if (message.ping !== undefined) {
      this.socket?.send(JSON.stringify({ pong: message.ping }));
      // Only the position: no listener needs to draw anything for it.
      this.state = hear(this.state, message);
      return;
    }
    if (message.pong !== undefined) return;
    const begun = message.snapshot ?? message.resumed;
    if (begun) serverSays(begun.now);
    this.tries = 0;
    this.line = "open";
    this.state = hear(this.state, message);
    this.tell();
  }

  private listen(): void {
    // A socket may be dead silently, behind a proxy or after the machine slept.
    window.clearTimeout(this.silence);
    this.silence = window.setTimeout(() => {
      const silent = this.socket;
      this.closed(0);
      silent?.close();
    }, SILENCE_MS);
  }

  private closed(code: number): void {
    window.clearTimeout(this.silence);
    this.socket = null;
    this.ringing = []; // the next connection tells them anew
    this.line = code === SESSION_OVER ? "over" : "lost";
    this.tell();
    if (this.line === "over") return;
    // Between half a second and five, partly random: eight hundred desks must not come at once.
    const wait = Math.min(5000, 500 * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.retry = window.setTimeout(() => this.open(), wait);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
