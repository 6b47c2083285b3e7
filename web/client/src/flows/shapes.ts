// The documents of flows as they come and go, and what the page knows of step types.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A step; members that this page does not know are kept. */
export interface StepNode {
  [name: string]: Json | undefined;
}

/** A flow's document; members that this page does not know are kept. */
export interface FlowDocument {
  start?: Json;
  nodes?: Record<string, StepNode>;
  [name: string]: unknown;
}

export interface Place {
  x: number;
  y: number;
}

export type Layout = Record<string, Place>;

export interface Choice {
  key: string;
  name: string;
}

/** A declared field of a step type; `web/flows/type_shapes.py` makes it. */
export interface FieldShape {
  name: string;
  kind: string;
  label: string;
  hint: string;
  least: number | null;
  most: number | null;
  required: boolean;
  default: Json;
  options: Choice[] | null; // null: anything may be typed
  numeric: boolean; // the value of an option is a number
}

export interface TypeShape {
  name: string;
  label: string;
  group: string;
  icon: string;
  fields: FieldShape[];
}

export interface FlowProblem {
  step: string | null;
  step_name: string;
  field: string;
  warning: boolean;
  text: string;
}

export interface Draft {
  document: FlowDocument;
  layout: Record<string, unknown>;
  revision: number;
  changed_at: string | null;
  changed_by: string;
  problems: FlowProblem[];
}

export interface FlowVersion {
  version: number;
  message: string;
  published_at: string;
  published_by: string;
}

export interface Difference {
  change: string;
  step: string;
  field: string;
  text: string;
}

/** All that the server writes into the page. */
export interface PictureData {
  flow: { id: number; name: string; version: number | null; numbers: string[] };
  version: number | null; // the version that is shown; null: the draft
  before: number | null; // the version that it is compared with; 0: the draft
  draft: Draft;
  etag: string;
  types: TypeShape[];
  versions: FlowVersion[];
  compared: { document: FlowDocument; layout: Record<string, unknown>; changes: Difference[] } | null;
  me: string;
  may_edit: boolean;
  may_publish: boolean;
}
