// Fields that count only while a checkbox is ticked, and a select that ticks it.

/** Hide the fields of a part (data-part="BOX") until their checkbox is ticked. */
export function optionalParts(): void {
  document.addEventListener("change", (event) => {
    const changed = event.target;
    if (changed instanceof HTMLSelectElement && changed.dataset.ticks) tickFor(changed);
    if (changed instanceof HTMLInputElement && changed.type === "checkbox" && changed.form) {
      showParts(changed.form);
    }
  });
}

/** Hide or show the parts of every form in the page, when it has just been drawn. */
export function settleParts(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-part]")) showPart(part);
}

function showParts(form: HTMLFormElement): void {
  for (const part of form.querySelectorAll<HTMLElement>("[data-part]")) showPart(part);
}

function showPart(part: HTMLElement): void {
  const box = part.closest("form")?.elements.namedItem(part.dataset.part ?? "");
  if (!(box instanceof HTMLInputElement)) return;
  // A field with an error stays to be seen.
  part.hidden = !box.checked && !part.querySelector('[aria-invalid="true"]');
}

/** The checkbox follows the chosen option, for example the role of an agent. */
function tickFor(select: HTMLSelectElement): void {
  const box = select.form?.elements.namedItem(select.dataset.ticks ?? "");
  if (!(box instanceof HTMLInputElement) || !select.form) return;
  box.checked = (select.dataset.tickedBy ?? "").split(" ").includes(select.value);
  showParts(select.form);
}
