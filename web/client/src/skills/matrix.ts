// The matrix of agents and skills: a level is typed into its cell and saved at once.
// One input moves from cell to cell, so that thousands of cells stay light.
import { ask, Problem } from "../kit/api";
import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import type { Mount } from "../kit/islands";
import { isShown, levelOf, movedTo, stepped, stored, type Cell } from "./levels";

interface Answer {
  skills: Record<string, number>;
  version: string;
}

const CHANGED = 412;

export const skillMatrix: Mount = (place) => {
  const table = place.querySelector<HTMLTableElement>("table");
  if (!table) return () => undefined;
  const made = new Matrix(place, table);
  return () => made.end();
};

class Matrix {
  private rows: HTMLTableRowElement[];
  private skills: string[];
  private input = document.createElement("input");
  private here: Cell | null = null;
  private dirty = new Set<HTMLTableRowElement>();
  private saving = new Set<HTMLTableRowElement>();
  private stop = new AbortController();

  constructor(
    private place: HTMLElement,
    private table: HTMLTableElement,
  ) {
    this.rows = [...(table.tBodies[0]?.rows ?? [])];
    this.skills = [...(table.tHead?.querySelectorAll<HTMLElement>("[data-skill]") ?? [])].map((one) => one.dataset.skill ?? "");
    this.input.className = "matrix-input";
    this.input.inputMode = "numeric";
    this.input.maxLength = 2;
    this.input.autocomplete = "off";
    this.input.setAttribute("data-testid", "matrix-input");
    const { signal } = this.stop;
    const search = place.querySelector<HTMLInputElement>("#matrix-search");
    const group = place.querySelector<HTMLSelectElement>("#matrix-group");
    const filter = () => this.filter(search?.value ?? "", group?.value ?? "");
    search?.addEventListener("input", filter, { signal });
    group?.addEventListener("change", filter, { signal });
    if (!("mayChange" in place.dataset)) return;
    this.cell({ row: 0, column: 0 })?.setAttribute("tabindex", "0");
    table.addEventListener("focusin", (event) => this.enter(event), { signal });
    table.addEventListener("mousedown", (event) => this.press(event), { signal });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
  }

  end(): void {
    this.stop.abort();
  }

  private cell(at: Cell): HTMLTableCellElement | undefined {
    return this.rows[at.row]?.cells[at.column + 1];
  }

  private shown(): number[] {
    return this.rows.flatMap((row, at) => (row.hidden ? [] : [at]));
  }

  private filter(text: string, group: string): void {
    this.leave();
    for (const row of this.rows) {
      row.hidden = !isShown({ search: row.dataset.search ?? "", groups: row.dataset.groups ?? "" }, text, group);
    }
    const shown = this.shown();
    const none = this.place.querySelector<HTMLElement>("[data-none]");
    if (none) none.hidden = shown.length > 0;
    const first = shown[0];
    if (first !== undefined && (!this.here || this.rows[this.here.row]?.hidden)) this.stopAt({ row: first, column: 0 });
  }

  /** The cell that the Tab key comes to. */
  private stopAt(at: Cell): void {
    for (const one of this.table.querySelectorAll('td[tabindex="0"]')) one.setAttribute("tabindex", "-1");
    this.cell(at)?.setAttribute("tabindex", "0");
  }

  private press(event: MouseEvent): void {
    const cell = (event.target as Element).closest("td");
    if (!cell || cell.contains(this.input)) return;
    event.preventDefault();
    cell.focus();
  }

  private enter(event: FocusEvent): void {
    const cell = event.target;
    if (!(cell instanceof HTMLTableCellElement) || cell.tagName !== "TD") return;
    const row = this.rows.indexOf(cell.parentElement as HTMLTableRowElement);
    if (row >= 0) this.edit({ row, column: cell.cellIndex - 1 });
  }

  private edit(at: Cell): void {
    const cell = this.cell(at);
    if (!cell) return;
    this.leave();
    this.here = at;
    this.stopAt(at);
    this.input.value = cell.dataset.level === "0" ? "" : (cell.dataset.level ?? "");
    const agent = this.rows[at.row]?.cells[0]?.querySelector("span")?.textContent ?? "";
    const skill = this.table.tHead?.rows[0]?.cells[at.column + 1]?.title ?? "";
    this.input.setAttribute("aria-label", t("{agent}, {skill}: level", { agent, skill }));
    // A focused input inside a cell that is itself in the tab order would be two stops.
    cell.setAttribute("tabindex", "-1");
    cell.replaceChildren(this.input);
    this.input.focus({ preventScroll: true });
    this.input.select();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private key(event: KeyboardEvent): void {
    if (!this.here || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const cell = this.cell(this.here);
    const before = Number(cell?.dataset.level ?? 0);
    if (event.key === "Escape") {
      this.input.value = before ? String(before) : "";
      this.input.select();
    } else if (event.key === "+" || event.key === "-" || event.key === "=") {
      const way = event.key === "-" ? -1 : 1;
      const level = stepped(levelOf(this.input.value) ?? before, way);
      this.input.value = level ? String(level) : "";
      this.take();
    } else {
      const to = movedTo(event.key, this.here, this.shown(), this.skills.length);
      if (!to) return;
      this.edit(to);
    }
    event.preventDefault();
  }

  /** Take what is typed in the present cell; a text that is no level is not taken. */
  private take(): void {
    const cell = this.here ? this.cell(this.here) : undefined;
    const row = this.here ? this.rows[this.here.row] : undefined;
    if (!cell || !row) return;
    const level = levelOf(this.input.value);
    if (level === null) {
      toast(t("A level is a number from 0 to 10."), "danger");
      this.input.value = cell.dataset.level === "0" ? "" : (cell.dataset.level ?? "");
      return;
    }
    if (String(level) === cell.dataset.level) return;
    cell.dataset.level = String(level);
    cell.dataset.state = "saving";
    this.dirty.add(row);
    void this.save(row);
  }

  private leave(): void {
    const at = this.here;
    if (!at) return;
    this.take();
    this.here = null;
    const cell = this.cell(at);
    if (!cell) return;
    this.draw(cell);
    cell.setAttribute("tabindex", "0");
  }

  private draw(cell: HTMLTableCellElement): void {
    const { level } = cell.dataset;
    if (cell.contains(this.input) && this.here) this.input.value = level === "0" ? "" : (level ?? "");
    else cell.textContent = level === "0" ? "" : (level ?? "");
  }

  /** Save an agent's levels; what is typed meanwhile is saved after it. */
  private async save(row: HTMLTableRowElement): Promise<void> {
    if (this.saving.has(row)) return;
    this.saving.add(row);
    const path = `/api/v1/agents/${row.dataset.agent}/skills`;
    try {
      while (this.dirty.delete(row)) {
        const cells = [...row.cells].slice(1);
        const levels = cells.map((one) => Number(one.dataset.level ?? 0));
        const others = JSON.parse(row.dataset.others ?? "{}") as Record<string, number>;
        const skills = stored(this.skills, levels, others);
        const answer = await ask<Answer>("PUT", path, { skills }, { "If-Match": row.dataset.version ?? "" });
        row.dataset.version = answer.version;
      }
      for (const cell of row.querySelectorAll<HTMLElement>("[data-state]")) cell.dataset.state = "saved";
    } catch (error) {
      this.dirty.delete(row);
      const other = error instanceof Problem && error.status === CHANGED;
      const sentence = error instanceof Error ? error.message : t("Something went wrong. Try again.");
      toast(other ? t("Someone else changed these levels. They are shown as they are now.") : sentence, "danger");
      await this.reload(row, path);
    } finally {
      this.saving.delete(row);
    }
  }

  /** Show an agent's levels as they are stored. */
  private async reload(row: HTMLTableRowElement, path: string): Promise<void> {
    const cells = [...row.cells].slice(1);
    try {
      const answer = await ask<Answer>("GET", path);
      row.dataset.version = answer.version;
      cells.forEach((cell, at) => {
        cell.dataset.level = String(answer.skills[this.skills[at] ?? ""] ?? 0);
        delete cell.dataset.state;
        this.draw(cell);
      });
    } catch {
      for (const cell of cells) if (cell.dataset.state) cell.dataset.state = "failed";
    }
  }
}
