// Requests to our own API: JSON in, JSON out, and every failure as a sentence for the user.
import { csrf } from "./boot";
import { t } from "./i18n";

export class Problem extends Error {
  constructor(
    readonly status: number,
    sentence: string,
    readonly retrySeconds: number | null = null,
  ) {
    super(sentence);
  }
}

const PATIENCE_MS = 10_000;

/** Marks requests that the page makes by itself: they do not keep the session alive. */
export const BY_ITSELF = { "X-Hotline-By-Itself": "1" };

/** Send an API request. Failures are thrown as `Problem`, with a sentence for the reader. */
export async function ask<Answer>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: object | null,
  more: Record<string, string> = {},
  heard: (answer: Response) => void = () => undefined, // for the headers of a good answer
  patienceMs = PATIENCE_MS,
): Promise<Answer> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: {
        Accept: "application/json",
        ...more,
        ...(method === "GET" ? {} : { "X-CSRF-Token": csrf(), "Content-Type": "application/json" }),
      },
      ...(method === "GET" ? {} : { body: JSON.stringify(body === undefined ? {} : body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch {
    throw new Problem(0, t("The server cannot be reached. Please try again in a moment."));
  }
  heed(answer);
  if (!answer.ok) throw await problemOf(answer);
  heard(answer);
  if (answer.status === 204) return undefined as Answer;
  return (await answer.json()) as Answer;
}

/** Check every answer for another build and for an ended session. */
export function heed(answer: Response): void {
  noteBuild(answer);
  if (answer.status === 401) document.dispatchEvent(new CustomEvent("session-over"));
}

/** Note the build that answered, so that the page may offer a reload. */
export function noteBuild(answer: { headers: { get(name: string): string | null } }): void {
  const build = answer.headers.get("X-Hotline-Build");
  if (build) document.dispatchEvent(new CustomEvent("hotline:build", { detail: build }));
}

async function problemOf(answer: Response): Promise<Problem> {
  const retry = Number(answer.headers.get("Retry-After")) || null;
  try {
    const document_ = (await answer.json()) as { detail?: string; title?: string };
    const sentence = document_.detail || document_.title;
    if (sentence) return new Problem(answer.status, sentence, retry);
  } catch {
    // Not a problem document: a proxy's own page, for example.
  }
  const sentence = t("Something went wrong (error {status}). Try again.", {
    status: answer.status,
  });
  return new Problem(answer.status, sentence, retry);
}
