// The dialogs of the picture: keys, publishing, and what to do when someone else changed the flow.
import { useEffect, useRef, useState, type ReactNode } from "react";

import { Problem } from "../kit/api";
import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import { dateTime } from "./dates";
import { publish, saveCopy } from "./requests";
import { useFlow, useShell } from "./use_editor";
import { mayPublish } from "./validity";

function Dialog({ open, title, testid, close, children }: { open: boolean; title: string; testid: string; close: () => void; children: ReactNode }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && !box.current?.open) box.current?.showModal();
    else if (!open && box.current?.open) box.current.close();
  }, [open]);
  return (
    <dialog ref={box} className="hotline-dialog" aria-label={title} data-testid={testid} onClose={close}>
      {open && (
        <>
          <div className="dialog-head">
            <h2>{title}</h2>
            <button type="button" className="btn btn-quiet btn-icon" aria-label={t("Close")} onClick={close}>
              ×
            </button>
          </div>
          {children}
        </>
      )}
    </dialog>
  );
}

export function Help({ open, close }: { open: boolean; close: () => void }) {
  const keys: [string, string][] = [
    ["← → ↑ ↓", t("Along the connections; up and down through the steps that one step leads to")],
    ["Enter", t("Open the form of the step; Esc leads back")],
    ["N", t("Add a step after this one")],
    ["W", t("The connections of this step, one after the other: change them, delete them, see their calls")],
    ["Delete", t("Delete the chosen steps or the chosen connection")],
    [t("Space"), t("Choose the step, or no longer")],
    ["Shift + ← → ↑ ↓", t("Choose several steps")],
    ["Ctrl + A", t("Choose all steps")],
    ["Ctrl + C, Ctrl + V", t("Copy and paste, also into another flow")],
    ["Ctrl + Z, Ctrl + Y", t("Undo and redo")],
    ["+ − 0", t("Larger, smaller, show all")],
    ["/", t("Search steps")],
    ["?", t("Show the keys")],
  ];
  return (
    <Dialog open={open} title={t("Keys")} testid="keys" close={close}>
      <div className="dialog-body">
        <table className="table table-sm mb-2">
          <tbody>
            {keys.map(([key, what]) => (
              <tr key={key}>
                <th scope="row">
                  <kbd>{key}</kbd>
                </th>
                <td>{what}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="text-secondary mb-0">
          {t("Where an output leads can also be chosen in the form of its step: nothing needs the mouse.")}
        </p>
      </div>
    </Dialog>
  );
}

export function Publish({ open, close }: { open: boolean; close: () => void }) {
  const { editor } = useShell();
  const problems = useFlow((state) => state.problems);
  const [message, setMessage] = useState("");
  const [at, setAt] = useState("");
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => setRefused(""), [open]);
  const act = async () => {
    if (busy) return;
    setBusy(true);
    setRefused("");
    try {
      if (!(await editor.flush())) {
        const why = editor.state.saving.sentence;
        setRefused(why ? t("The flow is not saved yet: {why}", { why }) : t("Not saved: someone else changed the flow."));
        return;
      }
      const version = await publish(editor.data.flow.id, message, at, editor.mark);
      await editor.published(version);
      setMessage("");
      setAt("");
      close();
      toast(at ? t("The draft will be published at that time.") : t("Published."), "success");
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} title={t("Publish")} testid="publish-dialog" close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <div className="dialog-body">
          {refused && (
            <div className="alert alert-danger" role="alert">
              {refused}
            </div>
          )}
          {!mayPublish(problems) && <div className="alert alert-warning">{t("There are errors: the flow cannot be published yet. “Check” lists them.")}</div>}
          <label className="form-label required" htmlFor="picture-message">
            {t("What changes?")}
          </label>
          <input
            autoFocus
            id="picture-message"
            className="form-control mb-3"
            maxLength={500}
            required
            value={message}
            onChange={(event) => setMessage(event.target.value)}
          />
          <label className="form-label" htmlFor="picture-at">
            {t("Publish at")}
          </label>
          <input id="picture-at" className="form-control" type="datetime-local" value={at} onChange={(event) => setAt(event.target.value)} />
          <div className="form-hint">{t("Empty: at once. Calls that are in the flow stay on their version.")}</div>
        </div>
        <div className="dialog-foot">
          <button type="button" className="btn" onClick={close}>
            {t("Cancel")}
          </button>
          <button className="btn btn-primary" disabled={busy} data-testid="publish-now">
            {t("Publish")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Told when someone else changed the flow: nothing is overwritten, in neither direction. */
export function Conflict() {
  const { editor } = useShell();
  const other = useFlow((state) => state.other);
  const conflict = useFlow((state) => state.saving.state === "conflict");
  const [refused, setRefused] = useState("");
  if (!conflict) return null;
  const name = other?.name || t("Someone else");
  const attempt = (act: () => Promise<void>) => {
    setRefused("");
    act().catch((error: unknown) => setRefused(error instanceof Problem ? error.message : String(error)));
  };
  return (
    <div className="alert alert-warning picture-conflict" role="alert" data-testid="conflict">
      <span className="flex-fill">
        {other?.at ? t("{name} changed this flow ({at}). Your screen shows it without that change.", { name, at: dateTime(other.at) }) : t("{name} changed or published this flow. Your screen shows it without that change.", { name })}
        {refused && <strong className="d-block">{refused}</strong>}
      </span>
      <button type="button" className="btn btn-sm btn-primary" data-testid="take-theirs" onClick={() => attempt(() => editor.takeTheirs())}>
        {t("Take theirs")}
      </button>
      <button
        type="button"
        className="btn btn-sm"
        data-testid="save-copy"
        onClick={() =>
          attempt(async () => {
            const stamp = dateTime(new Date().toISOString());
            const copy = t("{name} (copy of {me}, {at})", { name: editor.data.flow.name.slice(0, 50), me: editor.data.me.slice(0, 20), at: stamp });
            const made = await saveCopy(copy.slice(0, 100), editor.state.history.now);
            editor.leaveWithout();
            location.assign(`/flows/${made}/picture`);
          })
        }
      >
        {t("Save mine as a copy")}
      </button>
    </div>
  );
}
