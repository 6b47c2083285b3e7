// The palette of step types, grouped and searched; the dialog that asks for the type of a new step.
import { useLayoutEffect, useMemo, useRef, useState } from "react";

import { t } from "../kit/i18n";
import { TYPE } from "./canvas";
import { Icon } from "./icon";
import type { TypeShape } from "./shapes";
import { useShell, type Asked } from "./use_editor";

function groupsOf(types: TypeShape[], typed: string): [string, TypeShape[]][] {
  const wanted = typed.trim().toLowerCase();
  const found = new Map<string, TypeShape[]>();
  for (const type of types) {
    if (wanted && !`${type.label} ${type.name} ${type.group}`.toLowerCase().includes(wanted)) continue;
    found.set(type.group, [...(found.get(type.group) ?? []), type]);
  }
  return [...found];
}

export function Palette() {
  const { editor, openForm } = useShell();
  const [typed, setTyped] = useState("");
  const groups = useMemo(() => groupsOf(editor.data.types, typed), [editor, typed]);
  return (
    <aside className="picture-palette" aria-label={t("Step types")} data-testid="palette">
      <input
        type="search"
        className="form-control form-control-sm"
        placeholder={t("Search step types")}
        aria-label={t("Search step types")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {groups.map(([group, types]) => (
        <section key={group}>
          <h2>{group}</h2>
          {types.map((type) => (
            <button
              key={type.name}
              type="button"
              className="palette-type"
              draggable
              data-type={type.name}
              title={t("Drag it into the picture, or press it to add it after the chosen step.")}
              onDragStart={(event) => {
                event.dataTransfer.setData(TYPE, type.name);
                event.dataTransfer.effectAllowed = "copy";
              }}
              onClick={() => openForm(editor.add(type.name, { after: editor.state.current }))}
            >
              <Icon name={type.icon} />
              <span>{type.label}</span>
            </button>
          ))}
        </section>
      ))}
      {!groups.length && <p className="text-secondary small">{t("No step type has this name.")}</p>}
    </aside>
  );
}

/** Asks for the type of a new step: typed, chosen with the arrows, taken with Enter. */
export function TypePicker({ asked, over }: { asked: Asked | null; over: (type: string | null) => void }) {
  const { editor } = useShell();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const groups = useMemo(() => groupsOf(editor.data.types, typed), [editor, typed]);
  const types = groups.flatMap(([, found]) => found);
  useLayoutEffect(() => {
    if (asked && !dialog.current?.open) dialog.current?.showModal();
  }, [asked]);
  const take = (type: string | null) => {
    dialog.current?.close();
    // Not when it opens the next time: what is typed at once would follow the old text.
    setTyped("");
    setAt(0);
    over(type);
  };
  const chosen = types[Math.min(at, types.length - 1)];
  return (
    <dialog
      ref={dialog}
      className="hotline-dialog picture-picker"
      aria-label={t("Type of the new step")}
      data-testid="type-picker"
      onCancel={(event) => {
        event.preventDefault();
        take(null);
      }}
    >
      {asked && (
        <div className="dialog-body">
          <input
            autoFocus
            className="form-control mb-2"
            role="combobox"
            aria-expanded="true"
            aria-controls="picture-types"
            aria-activedescendant={chosen ? `picture-type-${chosen.name}` : undefined}
            aria-label={t("Type of the new step")}
            placeholder={t("Type of the new step")}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              if (event.key === "ArrowDown" || event.key === "ArrowUp") {
                event.preventDefault();
                const next = Math.min(at, types.length - 1) + (event.key === "ArrowDown" ? 1 : -1);
                setAt((next + types.length) % Math.max(1, types.length));
              } else if (event.key === "Enter" && chosen) {
                event.preventDefault();
                take(chosen.name);
              }
            }}
          />
          <div className="picker-types" id="picture-types" role="listbox" aria-label={t("Step types")}>
            {groups.map(([group, found]) => (
              <div key={group} role="group" aria-label={group}>
                <div className="picker-group">{group}</div>
                {found.map((type) => (
                  <div
                    key={type.name}
                    id={`picture-type-${type.name}`}
                    role="option"
                    aria-selected={type === chosen}
                    className={`picker-type${type === chosen ? " active" : ""}`}
                    ref={(element) => {
                      if (type === chosen) element?.scrollIntoView({ block: "nearest" });
                    }}
                    onClick={() => take(type.name)}
                  >
                    <Icon name={type.icon} />
                    {type.label}
                  </div>
                ))}
              </div>
            ))}
          </div>
          {!types.length && <p className="text-secondary small m-2">{t("No step type has this name.")}</p>}
        </div>
      )}
    </dialog>
  );
}
