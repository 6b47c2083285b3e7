// What an agent is busy with, one line a task. Pure.
import { readable, secondsLeft, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { mediumName, taskStateName } from "./names";
import type { AgentValue, CallValue, TaskState, TaskValue } from "./types";

export interface TaskLine {
  key: string;
  /** Colours the line. */
  state: TaskState;
  word: string;
  /** The other side; "" when it is not known. */
  who: string;
  seconds: number | null;
  /** The seconds are those that are left. */
  countsDown: boolean;
}

const ORDER: readonly TaskState[] = ["active", "held", "offered", "wrap-up"];

/** What the headline speaks of first; tasks in equal states by their age. */
export function tasksInOrder(agent: AgentValue): TaskValue[] {
  // An engine that was not started anew since the last version does not tell tasks.
  return [...(agent.tasks ?? [])].sort(
    (a, b) => place(a.state) - place(b.state) || Date.parse(a.since) - Date.parse(b.since),
  );
}

export function taskLine(task: TaskValue, call: CallValue | undefined, now: number): TaskLine {
  const countsDown = task.state === "wrap-up" && task.until !== null;
  return {
    key: task.work,
    state: task.state,
    word: taskWord(task),
    who: call ? callerName(call) : "",
    seconds: countsDown ? secondsLeft(task.until, now) : secondsSince(task.since, now),
    countsDown,
  };
}

/** The state, with the medium where the state does not tell it. */
function taskWord({ state, medium }: TaskValue): string {
  const word = taskStateName(state, medium);
  const told = medium === "voice" || (medium === "chat" && state === "active");
  return told ? word : `${mediumName(medium)} · ${word}`;
}

/** The customer's name, else the number. */
export function callerName(call: CallValue): string {
  return call.customer?.name || readable(call.caller) || t("Number withheld");
}

function place(state: TaskState): number {
  const found = ORDER.indexOf(state);
  return found < 0 ? ORDER.length : found;
}
