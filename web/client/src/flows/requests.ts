// What the picture asks of the server.
import { ask, BY_ITSELF } from "../kit/api";
import type { Snapshot } from "./history";
import type { Draft, FlowDocument, FlowProblem } from "./shapes";

/** Names a revision of a draft: for the next `If-Match`, and to see that someone else made another one. */
export interface Mark {
  etag: string;
  revision: number;
  changed_at: string | null;
}

export interface Revision {
  revision: number;
  changed_at: string | null;
  changed_by: string;
  mine: boolean;
  version: number | null;
  editors: string[]; // others who have the picture open
}

export interface Read {
  draft: Draft;
  mark: Mark;
}

const api = (flow: number) => `/api/v1/flows/${flow}`;

export async function putDraft(flow: number, { document, layout }: Snapshot, mark: Mark): Promise<Read> {
  let etag = "";
  const body = { document, layout };
  const draft = await ask<Draft>("PUT", `${api(flow)}/draft`, body, { "If-Match": mark.etag }, (answer) => {
    etag = answer.headers.get("ETag") ?? "";
  });
  return { draft, mark: markOf(draft, etag) };
}

export async function readDraft(flow: number): Promise<Read> {
  let etag = "";
  const draft = await ask<Draft>("GET", `${api(flow)}/draft`, null, {}, (answer) => {
    etag = answer.headers.get("ETag") ?? "";
  });
  return { draft, mark: markOf(draft, etag) };
}

export function markOf(draft: Draft, etag: string): Mark {
  return { etag, revision: draft.revision, changed_at: draft.changed_at };
}

export function readRevision(flow: number, editing: boolean): Promise<Revision> {
  const address = `${api(flow)}/draft/revision${editing ? "?editing=1" : ""}`;
  return ask<Revision>("GET", address, null, BY_ITSELF);
}

export async function check(flow: number, document: FlowDocument): Promise<FlowProblem[]> {
  const body = { document };
  return (await ask<{ problems: FlowProblem[] }>("POST", `${api(flow)}/check`, body, BY_ITSELF)).problems;
}

export async function publish(flow: number, message: string, at: string, mark: Mark): Promise<number | null> {
  const body = at ? { message, at } : { message };
  const shape = await ask<{ version: number | null }>("POST", `${api(flow)}/publish`, body, { "If-Match": mark.etag });
  return shape.version;
}

/** Save a document as a flow of its own; gives its number. */
export async function saveCopy(name: string, snapshot: Snapshot): Promise<number> {
  const { id } = await ask<{ id: number }>("POST", "/api/v1/flows", { name });
  await ask("PUT", `${api(id)}/draft`, { document: snapshot.document, layout: snapshot.layout });
  return id;
}
