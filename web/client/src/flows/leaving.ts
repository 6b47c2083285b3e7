// Leaving the page with something unsaved: it is saved first, and where it cannot be, the user decides.
import { t } from "../kit/i18n";
import type { Editor } from "./editor";

type Confirm = CustomEvent<{ issueRequest: (skip?: boolean) => void; verb?: string; target?: Element | null }>;

export function guard(editor: Editor): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  window.addEventListener(
    "beforeunload",
    (event) => {
      if (!editor.dirty) return;
      void editor.flush();
      event.preventDefault();
    },
    { signal },
  );
  document.body.addEventListener(
    "htmx:confirm",
    (event) => {
      const { issueRequest, target } = (event as Confirm).detail;
      if (!editor.dirty || (target && target.id !== "main")) return;
      event.preventDefault();
      void editor.flush().then((saved) => {
        if (!saved && !window.confirm(t("The last changes of the flow are not saved. Leave without them?"))) return;
        if (!saved) editor.leaveWithout();
        issueRequest(true);
      });
    },
    { signal },
  );
  return () => stop.abort();
}
