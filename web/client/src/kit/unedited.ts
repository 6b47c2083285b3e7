// What is said of a field only until somebody edits it, e.g. that a text is not translated yet.

/** Hide `[data-unedited="FIELD"]` of a form while the field holds something else than at first. */
export function unedited(): void {
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return;
    const marks = field.form?.querySelectorAll<HTMLElement>(`[data-unedited="${field.name}"]`) ?? [];
    for (const mark of marks) mark.hidden = field.value.trim() !== field.defaultValue.trim();
  });
}
