// Scenarios, tests and real calls as the API takes and returns them (`web/flow_tests/shapes.py`).

export interface Act {
  press?: string;
  wait?: boolean;
  hang_up?: boolean;
  early?: boolean; // before the prompts are over
}

export interface FakeAnswer {
  value?: string | Record<string, string>;
  fails?: string;
}

export interface Scenario {
  caller?: string;
  called?: string;
  language?: string;
  clock?: string;
  variables?: Record<string, string>;
  customer?: Record<string, string>;
  answers?: Record<string, FakeAnswer[]>;
  lots?: Record<string, number>;
  does?: Act[];
}

export interface Way {
  step: string;
  output: string;
  to: string;
}

export interface End {
  kind: string;
  target: string;
  text: string;
}

export interface Line {
  kind: "step" | "said" | "heard" | "asked" | "answered" | "set" | "end";
  flow: number;
  step: string;
  step_name: string;
  text: string;
  values: Record<string, string>;
}

export interface Missing {
  step: string;
  step_name: string;
  question: string;
  names: string[];
}

export interface Played {
  trace: Line[];
  ways: Way[];
  at: string;
  at_name: string;
  waits_for: string;
  variables: Record<string, string>;
  prompts: { name: string; text: string; language: string }[];
  ended: End | null;
  missing: Missing[];
}

export interface Expectation {
  ends?: { kind: string; target: string };
  passes?: string[];
  variables?: Record<string, string>;
}

export interface SavedTest {
  id: number;
  name: string;
  scenario: Scenario;
  expect: Expectation;
  passed: boolean;
  why: string[];
}

export interface NamedWay extends Way {
  step_name: string;
  output_name: string;
  to_name: string;
}

export interface Tests {
  items: SavedTest[];
  coverage: { ways: number; taken: number; missing: NamedWay[] };
}

export interface Heat {
  version: number;
  versions: number[];
  calls: number;
  since: string;
  until: string;
  calls_url: string; // "": they may not be seen
  steps: { step: string; entered: number; gave_up: number }[];
  ways: (Way & { calls: number })[];
}

export interface Path {
  version: number;
  steps: string[];
  ways: Way[];
  ended: End | null;
}

export interface Replay {
  calls: number;
  same: number;
  elsewhere: number;
  unknown: number;
  cut: boolean;
  text: string;
  items: { call: string; url: string; at: string; before: End; after: End }[];
}
