// The state of the picture and all that changes it; components read it with `useEditor`.
import { useSyncExternalStore } from "react";

import { Problem } from "../kit/api";
import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import { copied, pasted } from "./clipboard";
import { compared, type GoneWay } from "./compare";
import { addStep, connect, leadTo, nodeOf, outputOf, removeSteps, same, stepsOf, typesByName, withField, type Types } from "./document";
import { begin, record, redo, undo, type History, type Snapshot } from "./history";
import { autoLayout, completed, freePlace, readLayout } from "./layout";
import { outputLabel, titleIn } from "./names";
import { NO_OVERLAY, wayKey, type Overlay, type WayCalls } from "./overlay";
import { check, markOf, putDraft, readDraft, readRevision, type Mark } from "./requests";
import { Saver, type SaveStatus } from "./saving";
import type { FlowDocument, FlowProblem, Json, Layout, PictureData, Place } from "./shapes";

export interface EditorState {
  history: History;
  selection: ReadonlySet<string>;
  current: string | null; // the step that has the keyboard
  way: { step: string; output: string } | null; // a chosen way
  problems: FlowProblem[];
  saving: SaveStatus;
  other: { name: string; at: string | null } | null; // who made a revision that is not on this screen
  editors: string[]; // who else has the picture open
  version: number | null; // the newest published one
  panel: string;
  overlay: Overlay;
  calls: ReadonlyMap<string, WayCalls>; // by `wayKey`; empty until they are counted
}

const CHECK_AFTER_MS = 400;
const POLL_MS = 3_000;
const PASTE_KEY = "hotline-flow-steps";

export class Editor {
  readonly types: Types;
  readonly gone: GoneWay[] = [];
  private readonly compared: Overlay = NO_OVERLAY; // what differs, where two versions are compared
  readonly writable: boolean;
  state: EditorState;
  private saver: Saver<Mark>;
  private listeners = new Set<() => void>();
  private checkTimer: ReturnType<typeof setTimeout> | undefined;
  private pollTimer: ReturnType<typeof setInterval> | undefined;
  private checks = 0;
  private saves = 0; // begun or ended: an answer from before it says nothing

  constructor(
    readonly data: PictureData,
    readonly tell: (sentence: string) => void, // to screen readers
  ) {
    this.types = typesByName(data.types);
    this.writable = data.may_edit;
    const { draft } = data;
    let document = draft.document;
    let layout = readLayout(draft.layout);
    if (data.compared) {
      const both = compared(this.types, data.compared.document, document, readLayout(data.compared.layout), layout);
      ({ document, layout } = both);
      this.gone = both.gone;
      this.compared = both.overlay;
    }
    const start = typeof document.start === "string" && nodeOf(document, document.start) ? document.start : null;
    this.state = {
      history: begin({ document, layout: completed(this.types, document, layout, this.gone) }),
      selection: new Set(),
      current: start ?? stepsOf(document)[0] ?? null,
      way: null,
      problems: draft.problems,
      saving: { state: "saved", sentence: "" },
      other: null,
      editors: [],
      version: data.flow.version,
      panel: "",
      overlay: this.compared,
      calls: new Map(),
    };
    this.saver = new Saver<Mark>((snapshot, mark) => this.put(snapshot, mark), markOf(draft, data.etag), (saving) => {
      this.saves += 1;
      this.set({ saving });
    });
    if (data.version === null && data.before === null) {
      this.pollTimer = setInterval(() => void this.poll(), POLL_MS);
      void this.poll();
    }
  }

  end(): void {
    clearInterval(this.pollTimer);
    clearTimeout(this.checkTimer);
    void this.saver.flush().then((saved) => {
      if (!saved) toast(t("The last changes of the flow could not be saved."), "danger");
    });
    this.saver.stop();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get document(): FlowDocument {
    return this.state.history.now.document;
  }

  get layout(): Layout {
    return this.state.history.now.layout;
  }

  get dirty(): boolean {
    return this.saver.dirty;
  }

  get mark(): Mark {
    return this.saver.mark;
  }

  set(part: Partial<EditorState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }

  stepName = (step: string): string => titleIn(this.types, this.document, step);

  outputName = (step: string, output: string): string => {
    const found = outputOf(this.types, nodeOf(this.document, step), output);
    return found ? outputLabel(found) : output;
  };

  setCalls = (calls: ReadonlyMap<string, WayCalls>): void => this.set({ calls });

  setOverlay = (overlay: Overlay | null): void => this.set({ overlay: overlay ?? this.compared });

  // ---- what is chosen

  choose(steps: Iterable<string>, current?: string | null): void {
    const selection = new Set(steps);
    this.set({ selection, way: null, ...(current === undefined ? {} : { current }) });
  }

  chooseWay(step: string, output: string): void {
    this.set({ selection: new Set(), way: { step, output }, current: step });
  }

  openPanel(panel: string): void {
    this.set({ panel });
  }

  // ---- changes of the flow

  /** Take a changed flow, save it soon and check it soon. */
  change(document: FlowDocument, layout: Layout = this.layout, tag = "", more: Partial<EditorState> = {}): void {
    if (!this.writable) return;
    const history = record(this.state.history, { document, layout }, tag);
    if (history !== this.state.history) this.take(history, more);
  }

  private take(history: History, more: Partial<EditorState> = {}): void {
    const kept = new Set([...this.state.selection].filter((step) => nodeOf(history.now.document, step)));
    const { current } = { ...this.state, ...more };
    const there = current !== null && nodeOf(history.now.document, current);
    const start = history.now.document.start;
    const next = there ? current : typeof start === "string" && nodeOf(history.now.document, start) ? start : null;
    const meant = history.now.document !== this.state.history.now.document;
    this.set({ history, selection: kept, way: null, ...more, current: next });
    this.saver.change(history.now);
    if (meant) this.checkSoon();
  }

  undo(): void {
    if (this.writable && this.state.history.past.length) this.take(undo(this.state.history));
  }

  redo(): void {
    if (this.writable && this.state.history.future.length) this.take(redo(this.state.history));
  }

  setField(step: string, name: string, value: Json | undefined): void {
    this.change(withField(this.document, step, name, value), this.layout, `${step}.${name}`);
  }

  setStart(step: string): void {
    this.change({ ...this.document, start: step });
  }

  connect(step: string, output: string, target: string): void {
    this.change(connect(this.types, this.document, step, output, target));
  }

  /** Lead the chosen way to another step; it stays chosen. */
  leadWay(target: string): void {
    const { way } = this.state;
    if (!way) return;
    const { step, output } = way;
    this.change(connect(this.types, this.document, step, output, target), this.layout, `way ${wayKey(step, output)}`, { way });
  }

  /** Move a way's beginning and end in one change. */
  reconnect(step: string, output: string, to: { step: string; output: string; target: string }): void {
    const freed = step === to.step && output === to.output ? this.document : connect(this.types, this.document, step, output, "");
    this.change(connect(this.types, freed, to.step, to.output, to.target));
  }

  /** Add a step where nothing leads, after a step, or at an output of it; gives its id. */
  add(type: string, where: { place?: Place | undefined; after?: string | null; output?: string | undefined; stay?: boolean } = {}): string {
    const [added, step] = addStep(this.document, type);
    const { after, output } = where;
    let document = added;
    if (after && nodeOf(added, after)) {
      document = output ? connect(this.types, added, after, output, step) : leadTo(this.types, added, after, step);
    }
    const place = where.place ?? freePlace(this.types, this.document, this.layout, after ?? undefined);
    const more = where.stay ? {} : { current: step, selection: new Set([step]) };
    this.change(document, { ...this.layout, [step]: place }, "", more);
    this.tell(t("Step added: “{step}”", { step: this.stepName(step) }));
    return step;
  }

  move(places: ReadonlyMap<string, Place>): void {
    this.change(this.document, { ...this.layout, ...Object.fromEntries(places) });
  }

  arrange(): void {
    this.change(this.document, autoLayout(this.types, this.document));
    this.tell(t("The steps are arranged."));
  }

  /** Delete the chosen way or the chosen steps, else the current step. */
  remove(): void {
    const { way, selection, current } = this.state;
    if (way) {
      this.connect(way.step, way.output, "");
      this.tell(t("Connection deleted"));
      return;
    }
    const steps = selection.size ? [...selection] : current === null ? [] : [current];
    if (!steps.length) return;
    const names = steps.map(this.stepName).join(", ");
    const before = this.beforeOf(steps);
    const layout = Object.fromEntries(Object.entries(this.layout).filter(([step]) => !steps.includes(step)));
    const more = { current: before, selection: new Set(before === null ? [] : [before]) };
    this.change(removeSteps(this.types, this.document, steps), layout, "", more);
    this.tell(t("Step deleted: “{step}”", { step: names }));
  }

  private beforeOf(steps: string[]): string | null {
    const left = stepsOf(this.document).filter((step) => !steps.includes(step));
    const leads = left.find((step) => steps.some((gone) => this.leads(step, gone)));
    return leads ?? left[0] ?? null;
  }

  private leads(step: string, target: string): boolean {
    return JSON.stringify(nodeOf(this.document, step) ?? {}).includes(JSON.stringify(target));
  }

  copy(): string | null {
    const { selection, current } = this.state;
    const steps = selection.size ? [...selection] : current === null ? [] : [current];
    if (!steps.length) return null;
    const text = copied(this.state.history.now, this.data.flow.id, steps);
    try {
      localStorage.setItem(PASTE_KEY, text);
    } catch {
      // Without room there the steps can still be pasted from the clipboard.
    }
    this.tell(steps.length === 1 ? t("1 step copied") : t("{count} steps copied", { count: steps.length }));
    return text;
  }

  /** Paste steps from a text; without one those that were copied in this browser. */
  paste(text: string | null = localStorage.getItem(PASTE_KEY)): boolean {
    const found = text && this.writable ? pasted(this.types, this.state.history.now, this.data.flow.id, text) : null;
    if (!found) return false;
    const [{ document, layout }, steps] = found;
    const more = { selection: new Set(steps), current: steps[0] ?? null };
    this.change(document, completed(this.types, document, layout), "", more);
    this.tell(steps.length === 1 ? t("1 step pasted") : t("{count} steps pasted", { count: steps.length }));
    return true;
  }

  // ---- the check, and the draft on the server

  private checkSoon(): void {
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => void this.checkNow().catch(() => undefined), CHECK_AFTER_MS);
  }

  async checkNow(): Promise<FlowProblem[]> {
    const number = (this.checks += 1);
    clearTimeout(this.checkTimer);
    const problems = await check(this.data.flow.id, this.document);
    if (number === this.checks) this.set({ problems });
    return problems;
  }

  private async put(snapshot: Snapshot, mark: Mark): Promise<Mark> {
    try {
      return (await putDraft(this.data.flow.id, snapshot, mark)).mark;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      // The tag also names what the check says, and our own last request may have arrived without its answer.
      const { draft, mark: fresh } = await readDraft(this.data.flow.id);
      const ours = fresh.revision === mark.revision && fresh.changed_at === mark.changed_at;
      if (same(draft.document, snapshot.document) && same(draft.layout, snapshot.layout)) return fresh;
      if (ours) return (await putDraft(this.data.flow.id, snapshot, fresh)).mark;
      this.set({ other: { name: draft.changed_by, at: draft.changed_at } });
      throw error;
    }
  }

  flush(): Promise<boolean> {
    return this.saver.flush();
  }

  private async poll(): Promise<void> {
    const before = this.saves;
    if (document.hidden) return;
    const told = await readRevision(this.data.flow.id, this.writable).catch(() => null);
    if (!told) return;
    const { mark } = this.saver;
    const others = told.revision !== mark.revision || told.changed_at !== mark.changed_at;
    if (told.editors.join() !== this.state.editors.join()) this.set({ editors: told.editors });
    if (told.version !== this.state.version) this.set({ version: told.version });
    if (!others || before !== this.saves || this.saver.status.state === "saving") return;
    this.set({ other: { name: told.changed_by, at: told.changed_at } });
    if (this.saver.status.state !== "conflict") this.saver.conflict();
  }

  /** Show the draft as it is on the server; what was not saved here is forgotten. */
  async takeTheirs(): Promise<void> {
    const { draft, mark } = await readDraft(this.data.flow.id);
    const history = begin({ document: draft.document, layout: completed(this.types, draft.document, readLayout(draft.layout)) });
    this.saver.restart(mark);
    const current = this.state.current;
    this.set({
      history,
      problems: draft.problems,
      other: null,
      selection: new Set(),
      way: null,
      current: current !== null && nodeOf(draft.document, current) ? current : (stepsOf(draft.document)[0] ?? null),
    });
  }

  /** After a publication the draft is the new version. */
  async published(version: number | null): Promise<void> {
    const { mark } = await readDraft(this.data.flow.id);
    this.saver.restart(mark);
    this.set({ version: version ?? this.state.version });
  }

  leaveWithout(): void {
    this.saver.restart(this.saver.mark);
  }
}

/** Read a part of the state; the component is drawn again when that part changes. */
export function useEditor<Part>(editor: Editor, read: (state: EditorState) => Part): Part {
  return useSyncExternalStore(editor.subscribe, () => read(editor.state));
}

