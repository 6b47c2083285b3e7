// Rows of a form that are added, removed and ranked: agents, skill groups, skills, overflow steps.
// The server draws the rows and a template of one; the names of their fields repeat in each row.
import { t } from "../kit/i18n";
import { afterAdding, matches, movedRank, type Ranked } from "./ranks";

/** Let every `[data-rows]` of a page be edited. */
export function formRows(tell: (sentence: string) => void): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const rows = target.closest<HTMLElement>("[data-rows]");
    if (!rows) return;
    const row = target.closest<HTMLElement>("[data-row]");
    if (target.closest("[data-row-new]")) add(rows)?.querySelector<HTMLElement>("select, input:not([type=hidden])")?.focus();
    else if (row && target.closest("[data-row-remove]")) remove(rows, row, tell);
    else if (row && target.closest("[data-row-step]")) {
      const button = target.closest<HTMLElement>("[data-row-step]");
      step(rows, row, Number(button?.dataset.rowStep), tell);
      button?.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const rows = target.closest<HTMLElement>("[data-rows]");
    if (!rows) return;
    if (event.key === "Enter" && target.matches("[data-row-search]")) {
      event.preventDefault();
      choose(rows, target as HTMLInputElement, tell, true);
    }
    const way = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const row = target.closest<HTMLElement>("[data-row]");
    if (way && event.altKey && row && rows.hasAttribute("data-ranked")) {
      event.preventDefault();
      step(rows, row, way, tell);
      target.focus();
    }
  });
  document.addEventListener("input", (event) => {
    const target = event.target as HTMLElement;
    const rows = target.closest<HTMLElement>("[data-rows]");
    if (!rows || !target.matches("[data-row-search]")) return;
    const search = target as HTMLInputElement;
    // A browser sends the whole name at once when it is taken from the list.
    if ((event as InputEvent).inputType !== "insertText") choose(rows, search, tell, false);
    filter(rows, search.value);
  });
  document.addEventListener("change", (event) => {
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>("[data-row]");
    if (row && target.matches("[data-row-kind]")) showParts(row, (target as HTMLSelectElement).value);
    if (row && target.matches("[data-row-to]")) showNumber(row, (target as HTMLSelectElement).value);
    const rows = target.closest<HTMLElement>("[data-ranked]");
    if (rows && target.matches("[data-row-number]")) sort(rows);
  });
}

function list(rows: HTMLElement): HTMLElement | null {
  return rows.querySelector<HTMLElement>("[data-row-list]");
}

function all(rows: HTMLElement): HTMLElement[] {
  return [...rows.querySelectorAll<HTMLElement>("[data-row-list] > [data-row]")];
}

function add(rows: HTMLElement): HTMLElement | null {
  const made = rows.querySelector("template")?.content.firstElementChild?.cloneNode(true);
  if (!(made instanceof HTMLElement)) return null;
  list(rows)?.append(made);
  changed(rows);
  return made;
}

/** Add what is typed: a whole name, or with Enter the only one that it fits. */
function choose(rows: HTMLElement, search: HTMLInputElement, tell: (s: string) => void, entered: boolean): void {
  const known = [...(search.list?.options ?? [])].map((one) => ({ key: one.dataset.key ?? "", name: one.value }));
  const taken = new Set(all(rows).map((one) => one.dataset.key));
  const found = matches(known, search.value, entered);
  if (!found) {
    if (entered && search.value.trim()) tell(t("No match."));
    return;
  }
  search.value = "";
  filter(rows, "");
  if (taken.has(found.key)) {
    tell(t("{name} is in the list already.", { name: found.name }));
    return;
  }
  const row = add(rows);
  if (!row) return;
  row.dataset.key = found.key;
  row.dataset.name = found.name;
  const key = row.querySelector<HTMLInputElement>("input[type=hidden]");
  if (key) key.value = found.key;
  const place = row.querySelector<HTMLElement>("[data-row-name]");
  if (place) {
    place.textContent = found.name;
    place.title = found.name;
  }
  for (const one of row.querySelectorAll("[aria-label]")) {
    const label = one.getAttribute("aria-label") ?? "";
    one.setAttribute("aria-label", label.trimEnd() + " " + found.name);
  }
  sort(rows);
  tell(t("{name} is added.", { name: found.name }));
}

function remove(rows: HTMLElement, row: HTMLElement, tell: (s: string) => void): void {
  const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector<HTMLElement>("[data-row-remove]");
  row.remove();
  (next ?? rows.querySelector<HTMLElement>("[data-row-search], [data-row-new]"))?.focus();
  if (row.dataset.name) tell(t("{name} is removed.", { name: row.dataset.name }));
  changed(rows);
}

function step(rows: HTMLElement, row: HTMLElement, way: number, tell: (s: string) => void): void {
  const number = row.querySelector<HTMLInputElement>("[data-row-number]");
  if (!number) return;
  number.value = String(movedRank(Number(number.value) || 1, way));
  sort(rows);
  row.scrollIntoView({ block: "nearest" });
  tell(t("{name}: rank {rank}", { name: row.dataset.name ?? "", rank: number.value }));
}

/** The rows stand by their ranks; those of one rank stay in their order. */
function sort(rows: HTMLElement): void {
  const place = list(rows);
  const ranked: Ranked<HTMLElement>[] = all(rows).map((row) => ({
    row,
    rank: Number(row.querySelector<HTMLInputElement>("[data-row-number]")?.value) || 1,
  }));
  place?.append(...afterAdding(ranked).map((one) => one.row));
  changed(rows);
}

function filter(rows: HTMLElement, text: string): void {
  const wanted = text.trim().toLowerCase();
  for (const row of all(rows)) row.hidden = wanted !== "" && !(row.dataset.name ?? "").toLowerCase().includes(wanted);
}

function showParts(row: HTMLElement, kind: string): void {
  for (const part of row.querySelectorAll<HTMLElement>("[data-when]")) part.hidden = part.dataset.when !== kind;
}

function showNumber(row: HTMLElement, to: string): void {
  const number = row.querySelector<HTMLInputElement>("[name=step_to_number]");
  if (number) number.hidden = to !== "number";
}

function changed(rows: HTMLElement): void {
  const none = rows.querySelector<HTMLElement>("[data-row-none]");
  if (none) none.hidden = all(rows).length > 0;
  rows.dispatchEvent(new CustomEvent("rows-changed", { bubbles: true }));
}
