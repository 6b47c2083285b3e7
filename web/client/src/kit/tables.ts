// Lists in the browser: choosing rows, sending a changed filter at once, rows that are links.

export function tables(): void {
  document.addEventListener("change", (event) => {
    const target = event.target as HTMLElement;
    if (target.matches("input[data-choose-all]")) chooseAll(target as HTMLInputElement);
    else if (target.matches("input[name=ids][form]")) count((target as HTMLInputElement).form);
    target.closest<HTMLFormElement>("form[data-send-at-once]")?.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const row = target.closest("tr[data-row-link]");
    if (!row || target.closest("a, button, input, label, summary")) return;
    // A user who selects a number to copy it does not want to open the row.
    if (window.getSelection()?.toString()) return;
    row.querySelector<HTMLAnchorElement>("a.cell-link")?.click();
  });
  countAll();
}

/** Update the action bar of every list from its chosen rows; call it when new lists have come. */
export function countAll(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-bulk]")) count(form);
}

function boxes(form: HTMLFormElement): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("input[name=ids]")].filter(
    (box) => box.form === form,
  );
}

function chooseAll(all: HTMLInputElement): void {
  const form = document.getElementById(all.dataset.chooseAll ?? "");
  if (!(form instanceof HTMLFormElement)) return;
  for (const box of boxes(form)) box.checked = all.checked;
  count(form);
}

function count(form: HTMLFormElement | null): void {
  if (!form) return;
  const all = boxes(form);
  const chosen = all.filter((box) => box.checked);
  for (const box of all) box.closest("tr")?.classList.toggle("row-chosen", box.checked);
  const words = form.querySelector("[data-bulk-count]");
  if (words) words.textContent = String(chosen.length);
  form.classList.toggle("none-chosen", chosen.length === 0);
  for (const button of form.querySelectorAll("button")) button.disabled = chosen.length === 0;
  const head = document.querySelector<HTMLInputElement>(`input[data-choose-all="${form.id}"]`);
  if (!head) return;
  head.checked = all.length > 0 && chosen.length === all.length;
  head.indeterminate = chosen.length > 0 && chosen.length < all.length;
}
