// The queues' names in the reader's language; the engine's own names are in one language only.
let names: Readonly<Record<string, string>> = {};

export function learnQueueNames(told: Readonly<Record<string, string>> | undefined): void {
  names = { ...names, ...told };
}

/** A queue's name for the reader, or the engine's if it is new. */
export function queueName(key: string | null | undefined, fallback: string | null): string {
  return (key && names[key]) || fallback || "";
}
