// The toolbar: editing, the view, the search, the check, publishing; and what the server has.
import { useReactFlow } from "@xyflow/react";
import { useEffect, useRef, useState } from "react";

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

interface Command {
  icon: string;
  label: string;
  act: () => void;
  keys?: string;
  disabled?: boolean;
  pressed?: boolean;
  testid?: string;
}

function Tool({ icon, label, keys, act, disabled, pressed, testid }: Command) {
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

/** On a narrow screen everything but the commonest commands stands in one menu. */
export function Toolbar({ narrow }: { narrow: boolean }) {
  const { editor, openPublish } = useShell();
  const panel = useFlow((state) => state.panel);
  const problems = useFlow((state) => state.problems);
  const { flow, version, before } = editor.data;
  const draft = version === null && before === null;
  const errors = problems.filter((one) => !one.warning).length;
  const { change, edit, look, panels } = useCommands();
  return (
    <div className="picture-bar" role="toolbar" aria-label={t("Picture of the flow")}>
      <div className="picture-row is-first">
        {!narrow && (
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
        )}
        <strong className="picture-name" title={flow.name}>
          {flow.name}
        </strong>
        {!draft && <span className="badge bg-azure-lt">{version === null ? t("Draft") : t("Version {version}", { version })}</span>}
        {narrow && <SaveNote />}
      </div>
      <div className="picture-row is-tools">
        {change.length > 0 && <Tools commands={narrow ? change : [...change, ...edit]} />}
        {narrow && <Menu commands={[...edit, ...look, ...panels]} list={`/flows/${flow.id}`} />}
        {!narrow && (
          <>
            <Tools commands={look} />
            <Search />
            <Tools commands={panels} end />
          </>
        )}
      </div>
      <div className="picture-row is-last">
        {!narrow && <SaveNote />}
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
}

/** The commands: the commonest changes, further ones, the view, the panels. */
function useCommands(): { change: Command[]; edit: Command[]; look: Command[]; panels: Command[] } {
  const { editor, focusStep, openHelp, askType } = useShell();
  const view = useReactFlow();
  const past = useFlow((state) => state.history.past.length);
  const future = useFlow((state) => state.history.future.length);
  const panel = useFlow((state) => state.panel);
  const current = useFlow((state) => state.current);
  const fit = () => void view.fitView({ padding: 0.12, maxZoom: 1 });
  const flip = (id: string) => editor.openPanel(panel === id ? "" : id);
  const shows = (id: string, icon: string, label: string, keys?: string): Command => ({ icon, label, keys, pressed: panel === id, act: () => flip(id), testid: `panel-${id}` });
  const copy = () => {
    const text = editor.copy();
    // Without the permission the steps can still be pasted in this browser.
    if (text) void navigator.clipboard?.writeText(text).catch(() => undefined);
  };
  const paste = async () => {
    const text = await Promise.resolve(navigator.clipboard?.readText()).catch(() => null);
    if (!(text && editor.paste(text)) && !editor.paste()) toast(t("There are no steps on the clipboard."));
    focusStep(editor.state.current);
  };
  const remove = () => {
    editor.remove();
    focusStep(editor.state.current);
  };
  const arrange = () => {
    editor.arrange();
    requestAnimationFrame(fit);
  };
  const change: Command[] = [
    { icon: "plus", label: t("Add step"), keys: "N", act: () => askType({ after: current }), testid: "add-step" },
    { icon: "arrow-back-up", label: t("Undo"), keys: "Ctrl+Z", act: () => editor.undo(), disabled: !past, testid: "undo" },
    { icon: "arrow-forward-up", label: t("Redo"), keys: "Ctrl+Y", act: () => editor.redo(), disabled: !future, testid: "redo" },
  ];
  const edit: Command[] = [
    { icon: "copy", label: t("Copy"), keys: "Ctrl+C", act: copy, disabled: current === null, testid: "copy" },
    { icon: "clipboard", label: t("Paste"), keys: "Ctrl+V", act: () => void paste(), testid: "paste" },
    { icon: "trash", label: t("Delete"), keys: "Delete", act: remove, disabled: current === null },
    { icon: "layout-2", label: t("Arrange the steps"), act: arrange, testid: "arrange" },
  ];
  const look: Command[] = [
    { icon: "zoom-out", label: t("Smaller"), keys: "-", act: () => void view.zoomOut() },
    { icon: "zoom-in", label: t("Larger"), keys: "+", act: () => void view.zoomIn() },
    { icon: "maximize", label: t("Show all"), keys: "0", act: fit, testid: "fit" },
  ];
  const panels: Command[] = [
    shows("step", "pencil", t("Form of the step"), "Enter"),
    shows("steps", "list-search", t("Steps")),
    shows("versions", "history", t("Versions")),
    ...PANELS.map((one) => shows(one.id, one.icon, one.label())),
    { icon: "keyboard", label: t("Keys"), keys: "?", act: openHelp, testid: "help" },
  ];
  const { writable } = editor;
  return { change: writable ? change : [], edit: writable ? edit : [], look, panels };
}

function Tools({ commands, end }: { commands: Command[]; end?: boolean }) {
  return (
    <div className={`btn-group${end ? " ms-auto" : ""}`}>
      {commands.map((one) => (
        <Tool key={one.label} {...one} />
      ))}
    </div>
  );
}

/** A menu of further commands. It closes after each of them, and gives the keyboard back on Escape (`closeMenus`). */
function Menu({ commands, list }: { commands: Command[]; list: string }) {
  const box = useRef<HTMLDetailsElement>(null);
  const run = (command: Command) => {
    const inside = box.current;
    if (inside) inside.open = false;
    // A command that moves the focus does it after this.
    inside?.querySelector("summary")?.focus();
    command.act();
  };
  return (
    <details className="menu" ref={box} data-testid="more">
      <summary className="btn btn-icon btn-sm" aria-label={t("More")} title={t("More")}>
        <Icon name="dots" />
      </summary>
      <div className="menu-list">
        <a className="dropdown-item" href={list} data-testid="to-list">
          <Icon name="list" />
          {t("List")}
        </a>
        {commands.map((one) => (
          <button
            key={one.label}
            type="button"
            className={`dropdown-item${one.pressed ? " active" : ""}`}
            aria-pressed={one.pressed}
            disabled={one.disabled}
            data-testid={one.testid}
            onClick={() => run(one)}
          >
            <Icon name={one.icon} />
            {one.label}
          </button>
        ))}
      </div>
    </details>
  );
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
