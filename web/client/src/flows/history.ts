// What can be undone: the states of a document and where its steps stand.
import type { FlowDocument, Layout } from "./shapes";

export interface Snapshot {
  document: FlowDocument;
  layout: Layout;
}

export interface History {
  past: Snapshot[];
  now: Snapshot;
  future: Snapshot[];
  tag: string; // of the last change: changes with the same tag are undone together
}

const MOST = 300;

export function begin(now: Snapshot): History {
  return { past: [], now, future: [], tag: "" };
}

/** Take a change; one with the tag of the change before it, such as typing in a field, joins that one. */
export function record(history: History, now: Snapshot, tag = ""): History {
  if (now.document === history.now.document && now.layout === history.now.layout) return history;
  if (tag && tag === history.tag) return { ...history, now, future: [] };
  return { past: [...history.past, history.now].slice(-MOST), now, future: [], tag };
}

export function undo(history: History): History {
  const now = history.past.at(-1);
  if (!now) return history;
  return { past: history.past.slice(0, -1), now, future: [history.now, ...history.future], tag: "" };
}

export function redo(history: History): History {
  const [now, ...future] = history.future;
  if (!now) return history;
  return { past: [...history.past, history.now], now, future, tag: "" };
}
