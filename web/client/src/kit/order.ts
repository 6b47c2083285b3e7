// Rows that the user puts in order: by dragging, by Alt and an arrow, or by their buttons.
// Each new order is stored at once; rows stay where they are moved, with their typed input.
import { ask } from "./api";
import { toast } from "./banners";
import { t } from "./i18n";

const kept = new WeakMap<HTMLElement, HTMLElement[]>(); // the order that the server has
const saving = new WeakSet<HTMLElement>();

/** Let the rows (data-id, data-name) of every `[data-order=ADDRESS]` be moved. */
export function orders(say: (sentence: string) => void): void {
  document.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const onHandle = (event.target as Element).matches("[data-order-handle]");
    if (!row || !step || event.ctrlKey || event.metaKey || !(event.altKey || onHandle)) return;
    event.preventDefault();
    move(row, step, say);
  });
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-order-step]");
    const row = rowOf(button);
    if (!row) return;
    event.preventDefault();
    move(row, Number(button?.dataset.orderStep), say);
  });
  document.addEventListener("pointerdown", (event) => {
    const handle = (event.target as Element).closest<HTMLElement>("[data-order-handle]");
    const row = rowOf(handle);
    if (handle && row && event.button === 0) draw(handle, row, event.pointerId, say);
  });
}

function rowOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-order] > [data-id]") : null;
}

function rows(list: Element): HTMLElement[] {
  return [...list.children].filter((one): one is HTMLElement => one instanceof HTMLElement);
}

function move(row: HTMLElement, step: number, say: (sentence: string) => void): void {
  const list = row.parentElement;
  if (!list) return;
  remember(list);
  const focused = document.activeElement;
  const place = rows(list).indexOf(row) + step;
  const other = rows(list)[place];
  if (other) list.insertBefore(row, step < 0 ? other : other.nextSibling);
  settle(list);
  // A row that was moved in the DOM has lost the focus; a button at the end is disabled.
  const free = focused instanceof HTMLButtonElement && focused.disabled ? null : focused;
  (free instanceof HTMLElement && row.contains(free)
    ? free
    : row.querySelector<HTMLElement>("[data-order-handle]")
  )?.focus();
  row.scrollIntoView({ block: "nearest" });
  tell(row, say);
  void keep(list);
}

/** Follow the pointer until it is released; Escape restores the order. */
function draw(handle: HTMLElement, row: HTMLElement, pointer: number, say: (s: string) => void): void {
  const list = row.parentElement;
  if (!list) return;
  remember(list);
  const before = rows(list);
  handle.setPointerCapture(pointer);
  row.classList.add("row-drawn");
  const follow = (event: PointerEvent) => {
    const others = rows(list).filter((one) => one !== row);
    const below = others.find((one) => {
      const box = one.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    if ((below ?? null) !== row.nextElementSibling) list.insertBefore(row, below ?? null);
    if (event.clientY < 120) window.scrollBy(0, -12);
    else if (event.clientY > window.innerHeight - 120) window.scrollBy(0, 12);
  };
  const end = (back: boolean) => {
    handle.removeEventListener("pointermove", follow);
    document.removeEventListener("keydown", escape, true);
    row.classList.remove("row-drawn");
    if (back) list.append(...before);
    settle(list);
    handle.focus();
    if (back || before.every((one, place) => rows(list)[place] === one)) return;
    tell(row, say);
    void keep(list);
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end(true);
  };
  handle.addEventListener("pointermove", follow);
  handle.addEventListener("lostpointercapture", () => row.classList.contains("row-drawn") && end(false), {
    once: true,
  });
  document.addEventListener("keydown", escape, true);
}

function remember(list: HTMLElement): void {
  if (!kept.has(list)) kept.set(list, rows(list));
}

/** The first row cannot move up, the last one cannot move down. */
function settle(list: HTMLElement): void {
  const all = rows(list);
  all.forEach((row, place) => {
    for (const button of row.querySelectorAll<HTMLButtonElement>("[data-order-step]")) {
      const next = place + Number(button.dataset.orderStep);
      button.disabled = next < 0 || next >= all.length;
    }
  });
}

function tell(row: HTMLElement, say: (sentence: string) => void): void {
  const all = row.parentElement ? rows(row.parentElement) : [];
  const place = all.indexOf(row) + 1;
  const told = t("{name}: place {place} of {count}", { name: row.dataset.name ?? "", place, count: all.length });
  say(told);
}

/** Send the order; later moves are sent after it. A refused order is undone. */
async function keep(list: HTMLElement): Promise<void> {
  if (saving.has(list)) return;
  saving.add(list);
  try {
    let sent: HTMLElement[] = [];
    while (rows(list).some((row, place) => sent[place] !== row)) {
      sent = rows(list);
      await ask("PUT", list.dataset.order ?? "", { keys: sent.map((row) => row.dataset.id) });
      kept.set(list, sent);
    }
  } catch (error) {
    list.append(...(kept.get(list) ?? []));
    settle(list);
    toast(error instanceof Error ? error.message : t("Something went wrong. Try again."), "danger");
  } finally {
    saving.delete(list);
  }
}
