// The toolbar: editing, the view, the search, the check, publishing; and what the server has.
import { useReactFlow } from "@xyflow/react";
import { useEffect, useState } from "react";

import { Problem } from "../kit/api";
import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import { useShowing } from "./canvas_view";
import { nodeOf, stepsOf } from "./document";
import { Icon } from "./icon";
import { says } from "./names";
import { PANELS } from "./panels";
import { useFlow, useShell } from "./use_editor";
import { matching } from "./walk";

function Tool({ icon, label, keys, act, disabled, pressed, testid }: { icon: string; label: string; keys?: string; act: () => void; disabled?: boolean; pressed?: boolean; testid?: string }) {
  return (
    <button
      type="button"
      className={`btn btn-icon btn-sm${pressed ? " active" : ""}`}
      aria-label={label}
      aria-keyshortcuts={keys?.replace("Ctrl", "Control")}
      aria-pressed={pressed}
      title={keys ? `${label} (${keys})` : label}
      disabled={disabled}
      data-testid={testid}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  );
}

export function Toolbar() {
  const { editor, focusStep, openHelp, openPublish, askType } = useShell();
  const view = useReactFlow();
  const past = useFlow((state) => state.history.past.length);
  const future = useFlow((state) => state.history.future.length);
  const panel = useFlow((state) => state.panel);
  const problems = useFlow((state) => state.problems);
  const current = useFlow((state) => state.current);
  const { flow, version, before } = editor.data;
  const { writable } = editor;
  const draft = version === null && before === null;
  const flip = (id: string) => editor.openPanel(panel === id ? "" : id);
  const errors = problems.filter((one) => !one.warning).length;
  const copy = () => {
    const text = editor.copy();
    // Without the permission the steps can still be pasted in this browser.
    if (text) void navigator.clipboard?.writeText(text).catch(() => undefined);
  };
  return (
    <div className="picture-bar" role="toolbar" aria-label={t("Picture of the flow")}>
      <div className="picture-row is-first">
        <nav className="picture-tabs" aria-label={t("Views")}>
          <a className="btn btn-sm" href={`/flows/${flow.id}`} data-testid="to-list">
            <Icon name="list" />
            {t("List")}
          </a>
          <span className="btn btn-sm active" aria-current="page">
            <Icon name="sitemap" />
            {t("Picture")}
          </span>
        </nav>
        <strong className="picture-name" title={flow.name}>
          {flow.name}
        </strong>
        {!draft && <span className="badge bg-azure-lt">{version === null ? t("Draft") : t("Version {version}", { version })}</span>}
      </div>
      <div className="picture-row is-tools">
        {writable && (
          <div className="btn-group">
            <Tool icon="plus" label={t("Add step")} keys="N" act={() => askType({ after: current })} testid="add-step" />
            <Tool icon="arrow-back-up" label={t("Undo")} keys="Ctrl+Z" act={() => editor.undo()} disabled={!past} testid="undo" />
            <Tool icon="arrow-forward-up" label={t("Redo")} keys="Ctrl+Y" act={() => editor.redo()} disabled={!future} testid="redo" />
            <Tool icon="copy" label={t("Copy")} keys="Ctrl+C" act={copy} disabled={current === null} testid="copy" />
            <Tool icon="clipboard" label={t("Paste")} keys="Ctrl+V" act={() => void pasteByButton()} testid="paste" />
            <Tool
              icon="trash"
              label={t("Delete")}
              keys="Delete"
              disabled={current === null}
              act={() => {
                editor.remove();
                focusStep(editor.state.current);
              }}
            />
            <Tool
              icon="layout-2"
              label={t("Arrange the steps")}
              testid="arrange"
              act={() => {
                editor.arrange();
                requestAnimationFrame(() => void view.fitView({ padding: 0.12, maxZoom: 1 }));
              }}
            />
          </div>
        )}
        <div className="btn-group">
          <Tool icon="zoom-out" label={t("Smaller")} keys="-" act={() => void view.zoomOut()} />
          <Tool icon="zoom-in" label={t("Larger")} keys="+" act={() => void view.zoomIn()} />
          <Tool icon="maximize" label={t("Show all")} keys="0" act={() => void view.fitView({ padding: 0.12, maxZoom: 1 })} testid="fit" />
        </div>
        <Search />
        <div className="btn-group ms-auto">
          <Tool icon="pencil" label={t("Form of the step")} keys="Enter" pressed={panel === "step"} act={() => flip("step")} testid="panel-step" />
          <Tool icon="list-search" label={t("Steps")} pressed={panel === "steps"} act={() => flip("steps")} testid="panel-steps" />
          <Tool icon="history" label={t("Versions")} pressed={panel === "versions"} act={() => flip("versions")} testid="panel-versions" />
          {PANELS.map((one) => (
            <Tool key={one.id} icon={one.icon} label={one.label()} pressed={panel === one.id} act={() => flip(one.id)} testid={`panel-${one.id}`} />
          ))}
          <Tool icon="keyboard" label={t("Keys")} keys="?" act={openHelp} testid="help" />
        </div>
      </div>
      <div className="picture-row is-last">
        <SaveNote />
        {draft && (
          <button
            type="button"
            className={`btn btn-sm${panel === "problems" ? " active" : ""}`}
            data-testid="check"
            onClick={() => {
              editor.openPanel("problems");
              editor.checkNow().catch((error: unknown) => {
                if (error instanceof Problem) toast(error.message, "danger");
              });
            }}
          >
            <Icon name={errors ? "alert-triangle" : "circle-check"} />
            {t("Check")}
            {problems.length > 0 && <span className={`step-badge ${errors ? "bad" : "doubtful"}`}>{problems.length}</span>}
          </button>
        )}
        {draft && editor.data.may_publish && (
          <button type="button" className="btn btn-sm btn-primary" data-testid="publish" onClick={openPublish}>
            {t("Publish")}
          </button>
        )}
      </div>
    </div>
  );

  async function pasteByButton(): Promise<void> {
    const text = await Promise.resolve(navigator.clipboard?.readText()).catch(() => null);
    if (!(text && editor.paste(text)) && !editor.paste()) toast(t("There are no steps on the clipboard."));
    focusStep(editor.state.current);
  }
}

function Search() {
  const { editor, focusStep } = useShell();
  const showing = useShowing(editor);
  const document = useFlow((state) => state.history.now.document);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const words = stepsOf(document).map((step) => {
    const node = nodeOf(document, step);
    return { step, words: `${editor.stepName(step)} ${step} ${says(editor.types, node)}` };
  });
  const found = matching(words, typed);
  const jump = (to: number) => {
    const next = (to + found.length) % Math.max(1, found.length);
    setAt(next);
    const step = found[next];
    if (step === undefined) return;
    editor.choose([step], step);
    showing(step, true);
  };
  return (
    <span className="picture-search">
      <input
        type="search"
        id="picture-search"
        className="form-control form-control-sm"
        placeholder={t("Search steps")}
        aria-label={t("Search steps")}
        data-testid="search"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") focusStep(editor.state.current);
          if (event.key !== "Enter" || !found.length) return;
          event.preventDefault();
          // The next Enter jumps on; Escape leads to the step.
          jump(at + (event.shiftKey ? -1 : 1));
        }}
      />
      {typed.trim() && <small aria-live="polite">{found.length ? `${Math.max(0, at) + 1}/${found.length}` : t("none")}</small>}
    </span>
  );
}

/** What has been saved, and why something has not. */
function SaveNote() {
  const { editor } = useShell();
  const { state, sentence } = useFlow((all) => all.saving);
  const editors = useFlow((all) => all.editors);
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(state === "saving"), 400);
    return () => clearTimeout(timer);
  }, [state]);
  if (!editor.writable) return null;
  const words = {
    saved: t("All saved"),
    waiting: t("Not saved yet"),
    saving: long ? t("Saving …") : t("Not saved yet"),
    lost: t("Not saved: {why} It is tried again.", { why: sentence }),
    refused: t("Not saved: {why}", { why: sentence }),
    conflict: t("Not saved: someone else changed the flow."),
  };
  const bad = state === "lost" || state === "refused" || state === "conflict";
  return (
    <>
      <span className={`picture-saved${bad ? " text-danger" : " text-secondary"}`} role="status" data-testid="save-state" data-state={state} title={bad ? words[state] : undefined}>
        {words[state]}
      </span>
      {editors.length > 0 && (
        <span className="badge bg-yellow-lt picture-others" data-testid="editors" title={editors.join(", ")}>
          {t("Also here: {names}", { names: editors.join(", ") })}
        </span>
      )}
    </>
  );
}
