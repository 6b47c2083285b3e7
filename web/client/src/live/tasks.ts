// An agent's tasks, one line each. Pure.
import { readable, secondsLeft, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { mediumName, taskStateName } from "./names";
import type { AgentValue, CallValue, TaskState, TaskValue } from "./types";

export interface TaskLine {
  key: string;
  /** The call of this task, if the agent can turn to it or answer it. */
  call: string | null;
  /** The state that gives the line's colour. */
  state: TaskState;
  word: string;
  /** The other party; "" if unknown. */
  who: string;
  seconds: number | null;
  /** The seconds count down. */
  countsDown: boolean;
}

const ORDER: readonly TaskState[] = ["active", "held", "offered", "wrap-up"];

/** The task of the headline first; tasks in equal states by their age. */
export function tasksInOrder(agent: AgentValue): TaskValue[] {
  // An engine of an older version sends no tasks.
  return [...(agent.tasks ?? [])].sort(
    (a, b) => place(a.state) - place(b.state) || Date.parse(a.since) - Date.parse(b.since),
  );
}

export function taskLine(task: TaskValue, call: CallValue | undefined, now: number): TaskLine {
  const countsDown = task.state === "wrap-up" && task.until !== null;
  return {
    key: task.work,
    call: task.medium === "chat" || task.work.includes("/listen") ? null : task.call,
    state: task.state,
    word: taskWord(task),
    who: call ? callerName(call) : "",
    seconds: countsDown ? secondsLeft(task.until, now) : secondsSince(task.since, now),
    countsDown,
  };
}

/** The state, with the medium if the state does not imply it. */
function taskWord({ state, medium, work, call }: TaskValue): string {
  // A supervisor who listens: the call is someone else's.
  if (call !== null && work.startsWith(`${call}/listen`)) return t("Monitoring");
  const word = taskStateName(state, medium);
  const told = medium === "voice" || (medium === "chat" && state === "active");
  return told ? word : `${mediumName(medium)} · ${word}`;
}

/** The customer's name, else the number. */
export function callerName(call: CallValue): string {
  return call.customer?.name || readable(call.caller) || t("Withheld");
}

function place(state: TaskState): number {
  const found = ORDER.indexOf(state);
  return found < 0 ? ORDER.length : found;
}
