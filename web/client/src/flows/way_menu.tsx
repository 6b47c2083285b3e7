// The menu of the chosen way: from where to where it leads, and what can be done with it.
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import { t } from "../kit/i18n";
import { nodeOf, outputOf, outputsOf } from "./document";
import { useShowingWay } from "./canvas_view";
import { WaySelect } from "./fields";
import { Icon } from "./icon";
import { outputLabel } from "./names";
import { wayKey } from "./overlay";
import { useFlow, useShell } from "./use_editor";
import { wayBeside } from "./walk";

/** `takes` counts the times at which it is to take the keyboard. */
export function WayMenu({ takes }: { takes: number }) {
  const { editor, focusStep, showStep } = useShell();
  const way = useFlow((state) => state.way);
  const document = useFlow((state) => state.history.now.document);
  const calls = useFlow((state) => state.calls);
  const [changing, setChanging] = useState("");
  const showing = useShowingWay(editor);
  const menu = useRef<HTMLDivElement>(null);
  const taken = useRef(0);
  const node = way ? nodeOf(document, way.step) : undefined;
  const output = way ? outputOf(editor.types, node, way.output) : undefined;
  const key = way ? wayKey(way.step, way.output) : "";
  const shown = Boolean(output && nodeOf(document, output.target));
  useLayoutEffect(() => {
    if (!shown || taken.current === takes) return;
    taken.current = takes;
    if (way && output) showing(way.step, output.target);
    menu.current?.querySelector<HTMLElement>("button, a")?.focus({ preventScroll: true });
  });
  useLayoutEffect(() => {
    if (!shown) setChanging("");
  }, [shown]);
  useLayoutEffect(() => {
    if (changing && changing === key) menu.current?.querySelector("select")?.focus({ preventScroll: true });
  }, [changing, key]);
  if (!way || !output || !shown) return null;
  const { step } = way;
  const counted = calls.get(key);
  const back = () => {
    editor.choose([], step);
    focusStep(step);
  };
  const remove = () => {
    editor.remove();
    focusStep(step);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    const inSelect = event.target instanceof HTMLSelectElement;
    if (event.key === "Escape" || (inSelect && event.key === "Enter")) back();
    else if (inSelect) return;
    else if (editor.writable && (event.key === "Delete" || event.key === "Backspace")) remove();
    else if (["ArrowDown", "ArrowUp", "w", "W"].includes(event.key)) {
      const ways = outputsOf(editor.types, node).filter((one) => nodeOf(document, one.target));
      const next = wayBeside(ways.map((one) => one.name), way.output, event.key === "ArrowUp" || event.key === "W" ? -1 : 1);
      editor.chooseWay(step, next);
      showing(step, outputOf(editor.types, node, next)?.target ?? step);
    } else return;
    event.preventDefault();
  };
  const sentence = t("{step}: {output} leads to {target}", { step: editor.stepName(step), output: outputLabel(output), target: editor.stepName(output.target) });
  return (
    <div className="way-menu" ref={menu} role="group" aria-label={t("Chosen connection")} data-testid="way-menu" onKeyDown={onKeyDown}>
      <p className="way-words" aria-live="polite" title={sentence}>
        {sentence}
      </p>
      {editor.writable && changing !== key && (
        <button type="button" className="btn btn-sm" data-testid="change-way" onClick={() => setChanging(key)}>
          <Icon name="pencil" />
          {t("Change where it leads")}
        </button>
      )}
      {editor.writable && changing === key && (
        <WaySelect step={step} output={way.output} value={output.target} label={t("Leads to …")} disabled={false} take={(to) => editor.leadWay(to)} />
      )}
      {counted && counted.to === output.target && <Calls count={counted.count} href={counted.href} />}
      <button type="button" className="btn btn-sm" data-testid="follow-way" onClick={() => showStep(output.target)}>
        <Icon name="chevron-right" />
        {t("Go there")}
      </button>
      {editor.writable && (
        <button type="button" className="btn btn-sm" data-testid="delete-way" onClick={remove}>
          <Icon name="trash" />
          {t("Delete")}
        </button>
      )}
      <button type="button" className="btn btn-quiet btn-icon btn-sm" aria-label={t("Close")} onClick={back}>
        <Icon name="x" />
      </button>
    </div>
  );
}

function Calls({ count, href }: { count: number; href: string }) {
  const words = t("Calls that took it: {count}", { count });
  if (!href) return <span className="text-secondary">{words}</span>;
  return (
    <a className="btn btn-sm" href={href} data-testid="calls-of-way">
      <Icon name="list" />
      {words}
    </a>
  );
}
