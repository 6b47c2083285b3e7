// Fields that count only while a checkbox is ticked or an option is chosen, and a select that ticks
// a checkbox.

/** Hide the fields of a part until their checkbox is ticked (data-part="BOX"), or their option is
 * chosen (data-part="SELECT=VALUE"). */
export function optionalParts(): void {
  document.addEventListener("change", (event) => {
    const changed = event.target;
    if (changed instanceof HTMLSelectElement && changed.dataset.ticks) tickFor(changed);
    const settles =
      changed instanceof HTMLSelectElement ||
      (changed instanceof HTMLInputElement && changed.type === "checkbox");
    if (settles && changed.form) showParts(changed.form);
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
  const [name, value] = (part.dataset.part ?? "").split("=");
  const control = part.closest("form")?.elements.namedItem(name ?? "");
  const counts =
    control instanceof HTMLSelectElement
      ? control.value === value
      : control instanceof HTMLInputElement
        ? control.checked
        : true;
  // A field with an error stays to be seen.
  part.hidden = !counts && !part.querySelector('[aria-invalid="true"]');
}

/** The checkbox follows the chosen option, for example the role of an agent. */
function tickFor(select: HTMLSelectElement): void {
  const box = select.form?.elements.namedItem(select.dataset.ticks ?? "");
  if (!(box instanceof HTMLInputElement) || !select.form) return;
  box.checked = (select.dataset.tickedBy ?? "").split(" ").includes(select.value);
  showParts(select.form);
}
