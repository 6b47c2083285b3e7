// Typed but unsent input, kept in this page's memory (never in the browser's storage: it is about
// customers) so that a reloaded fragment does not lose it.

type Values = Record<string, string>;

const drafts = new Map<string, Values>();
const sent = new Map<string, string>();

function read(form: HTMLFormElement): Values {
  const values: Values = {};
  for (const [name, value] of new FormData(form)) {
    if (name !== "csrf" && typeof value === "string") values[name] = value;
  }
  return values;
}

function keyOf(target: EventTarget | null): [string, HTMLFormElement] | null {
  const form = target instanceof Element ? target.closest<HTMLFormElement>("form[data-draft]") : null;
  const key = form?.dataset.draft;
  return form && key ? [key, form] : null;
}

/** Whether this form has input that was not sent. */
export function isDirty(form: HTMLFormElement): boolean {
  return drafts.has(form.dataset.draft ?? "");
}

/** Put drafts back into reloaded forms. */
export function restoreDrafts(root: ParentNode = document): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    const values = drafts.get(form.dataset.draft ?? "");
    if (!values) continue;
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements.namedItem(name);
      if (field instanceof RadioNodeList) field.value = value;
      else if (field instanceof HTMLInputElement && field.type === "radio") {
        field.checked = field.value === value;
      } else if (
        field instanceof HTMLInputElement ||
        field instanceof HTMLTextAreaElement ||
        field instanceof HTMLSelectElement
      ) {
        field.value = value;
      }
    }
  }
}

export function keepDrafts(): void {
  const note = (event: Event) => {
    const found = keyOf(event.target);
    if (found) drafts.set(found[0], read(found[1]));
  };
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const found = keyOf(event.target);
    if (found) sent.set(found[0], JSON.stringify(read(found[1])));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; requestConfig: { elt: Element } }>)
      .detail;
    const found = keyOf(detail.requestConfig.elt);
    if (!found || detail.xhr.status >= 300) return;
    // Input typed while the answer was on its way stays.
    if (JSON.stringify(drafts.get(found[0]) ?? {}) === sent.get(found[0])) drafts.delete(found[0]);
  });
}
