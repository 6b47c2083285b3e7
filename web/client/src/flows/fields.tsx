// The fields of a step's form, one component for each kind of value.
import { useEffect, useId, useState, type ReactNode } from "react";

import { t } from "../kit/i18n";
import { DIGITS, isMap, isRows, nodeOf, rowsOf, SPARE, stepsOf, wordOf } from "./document";
import type { Choice, FieldShape, FlowProblem, Json, StepNode } from "./shapes";
import { useFlow, useShell } from "./use_editor";

export interface FieldProps {
  step: string;
  node: StepNode;
  field: FieldShape;
  problems: Map<string, FlowProblem[]>;
  disabled: boolean;
}

const NEW = "new:";
const FEW = 60; // so many options are drawn before the select is used

export function StepField(props: FieldProps) {
  const { field } = props;
  if (field.kind === "output") return <OutputField {...props} />;
  if (field.kind === "choices") return <KeysField {...props} />;
  if (isRows(field)) return <RowsField {...props} />;
  if (field.kind === "prompts") return <ListField {...props} />;
  if (field.kind === "templates") return <PairsField {...props} />;
  if (field.kind === "needs") return <NeedsField {...props} />;
  if (field.kind === "flag") return <FlagField {...props} />;
  if (field.options) return <OptionField {...props} />;
  return <TextField {...props} />;
}

function replaced<One>(list: readonly One[], at: number, value: One): One[] {
  return list.map((one, place) => (place === at ? value : one));
}

function without<One>(list: readonly One[], at: number): One[] {
  return list.filter((_, place) => place !== at);
}

/** What is said beside a field: its hint, and what the check found. */
function Said({ id, hint, problems }: { id: string; hint?: string; problems: FlowProblem[] | undefined }) {
  return (
    <div id={id}>
      {hint && <div className="form-hint">{hint}</div>}
      {problems?.map((one) => (
        <div key={one.text} className={one.warning ? "small text-warning-emphasis" : "invalid-feedback d-block"}>
          {one.text}
        </div>
      ))}
    </div>
  );
}

function Labelled({ field, problems, children }: { field: FieldShape; problems: FlowProblem[] | undefined; children: (id: string, said: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="mb-3" data-field={field.name}>
      <label className={`form-label${field.required ? " required" : ""}`} htmlFor={id}>
        {field.label}
      </label>
      {children(id, `${id}-said`)}
      <Said id={`${id}-said`} hint={field.hint} problems={problems} />
    </div>
  );
}

function invalid(problems: FlowProblem[] | undefined): boolean {
  return Boolean(problems?.some((one) => !one.warning));
}

/** What is typed, as long as the field has the focus; then what was made of it. */
function useTyped(value: string, take: (text: string) => void) {
  const [typed, setTyped] = useState<string | null>(null);
  return {
    value: typed ?? value,
    onChange: (event: { target: { value: string } }) => {
      setTyped(event.target.value);
      take(event.target.value);
    },
    onBlur: () => setTyped(null),
  };
}

function shown(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function TextField({ step, node, field, problems, disabled }: FieldProps) {
  const { editor } = useShell();
  const wrong = problems.get(field.name);
  const number = field.kind === "number" || field.kind === "integer";
  const typed = useTyped(shown(node[field.name] ?? field.default), (text) => {
    const cleared = text === "" ? undefined : text;
    editor.setField(step, field.name, number && cleared !== undefined ? Number(text) : cleared);
  });
  return (
    <Labelled field={field} problems={wrong}>
      {(id, said) => (
        <input
          id={id}
          className={`form-control${invalid(wrong) ? " is-invalid" : ""}`}
          type={number ? "number" : "text"}
          step={field.kind === "integer" ? 1 : "any"}
          min={number ? (field.least ?? undefined) : undefined}
          max={number ? (field.most ?? undefined) : undefined}
          maxLength={500}
          aria-describedby={said}
          aria-invalid={invalid(wrong)}
          disabled={disabled}
          {...typed}
        />
      )}
    </Labelled>
  );
}

function FlagField({ step, node, field, problems, disabled }: FieldProps) {
  const { editor } = useShell();
  const id = useId();
  return (
    <div className="mb-3" data-field={field.name}>
      <label className="form-check">
        <input
          className="form-check-input"
          type="checkbox"
          checked={Boolean(node[field.name] ?? field.default)}
          disabled={disabled}
          aria-describedby={id}
          onChange={(event) => editor.setField(step, field.name, event.target.checked)}
        />
        <span className="form-check-label">{field.label}</span>
      </label>
      <Said id={id} hint={field.hint} problems={problems.get(field.name)} />
    </div>
  );
}

function OptionField({ step, node, field, problems, disabled }: FieldProps) {
  const { editor } = useShell();
  const wrong = problems.get(field.name);
  const value = shown(node[field.name] ?? field.default);
  return (
    <Labelled field={field} problems={wrong}>
      {(id, said) => (
        <select
          id={id}
          className={`form-select${invalid(wrong) ? " is-invalid" : ""}`}
          value={value}
          disabled={disabled}
          aria-describedby={said}
          aria-invalid={invalid(wrong)}
          onChange={(event) => {
            const key = event.target.value;
            editor.setField(step, field.name, key === "" ? undefined : field.numeric ? Number(key) : key);
          }}
        >
          <option value="">{t("Choose …")}</option>
          <Options options={field.options ?? []} value={value} />
        </select>
      )}
    </Labelled>
  );
}

function Options({ options, value }: { options: Choice[]; value: string }) {
  const known = !value || options.some((one) => one.key === value);
  return (
    <>
      {options.map((one) => (
        <option key={one.key} value={one.key}>
          {one.name}
        </option>
      ))}
      {!known && <option value={value}>{value}</option>}
    </>
  );
}

/** A select of the step to which an output leads; it can add that step. */
export function WaySelect({
  step,
  output,
  value,
  label,
  none,
  id,
  said,
  wrong,
  disabled,
  take,
}: {
  step: string;
  output: string;
  value: string;
  label?: string;
  none?: string; // leads nowhere; without it only a step that is there can be chosen
  id?: string;
  said?: string;
  wrong?: FlowProblem[] | undefined;
  disabled: boolean;
  take?: (to: string) => void; // how it is connected, if not as an output that is there
}) {
  const { editor } = useShell();
  const document = useFlow((state) => state.history.now.document);
  const steps = stepsOf(document);
  const [used, setUsed] = useState(steps.length <= FEW);
  return (
    <select
      id={id}
      className={`form-select${invalid(wrong) ? " is-invalid" : ""}`}
      value={value}
      disabled={disabled}
      aria-label={label}
      aria-describedby={said}
      aria-invalid={invalid(wrong)}
      data-output={output}
      onFocus={() => setUsed(true)}
      onPointerDown={() => setUsed(true)}
      onChange={(event) => {
        const to = event.target.value;
        if (to.startsWith(NEW)) editor.add(to.slice(NEW.length), { after: step, output, stay: true });
        else if (take) take(to);
        else editor.connect(step, output, to);
      }}
    >
      {none !== undefined && <option value="">{none}</option>}
      {used ? (
        <>
          <optgroup label={t("Steps")}>
            {steps
              .filter((one) => one !== step)
              .map((one) => (
                <option key={one} value={one}>
                  {editor.stepName(one)}
                </option>
              ))}
            {nodeOf(document, step) && <option value={step}>{t("This step again")}</option>}
            {value && !nodeOf(document, value) && <option value={value}>{value}</option>}
          </optgroup>
          {none !== undefined && (
            <optgroup label={t("Add")}>
              {editor.data.types.map((one) => (
                <option key={one.name} value={NEW + one.name}>
                  {t("New step: {type}", { type: one.label })}
                </option>
              ))}
            </optgroup>
          )}
        </>
      ) : (
        value && <option value={value}>{editor.stepName(value)}</option>
      )}
    </select>
  );
}

function OutputField({ step, node, field, problems, disabled }: FieldProps) {
  const wrong = problems.get(field.name);
  return (
    <Labelled field={field} problems={wrong}>
      {(id, said) => (
        <WaySelect
          step={step}
          output={field.name}
          value={shown(node[field.name])}
          none={t("Leads to …")}
          id={id}
          said={said}
          wrong={wrong}
          disabled={disabled}
        />
      )}
    </Labelled>
  );
}

function KeysField({ step, node, field, problems, disabled }: FieldProps) {
  const { editor } = useShell();
  const id = useId();
  const keys = isMap(node[field.name]) ? (node[field.name] as { [key: string]: Json }) : {};
  const other = Object.keys(keys).filter((key) => !DIGITS.includes(key));
  return (
    <fieldset className="mb-3" data-field={field.name} disabled={disabled}>
      <legend className={`form-label${field.required ? " required" : ""}`}>{field.label}</legend>
      {[...DIGITS, ...other].map((key) => {
        const wrong = problems.get(`${field.name}.${key}`);
        const label = t("Key {digit}", { digit: key });
        return (
          <div key={key} className="field-row">
            <span className="field-key" aria-hidden="true">
              {key}
            </span>
            <div className="flex-fill">
              <WaySelect
                step={step}
                output={key}
                value={shown(keys[key])}
                label={label}
                none="—"
                said={`${id}-${key}`}
                wrong={wrong}
                disabled={disabled}
                take={(to) => {
                  const { [key]: _, ...rest } = keys;
                  editor.setField(step, field.name, to ? { ...keys, [key]: to } : rest);
                }}
              />
              <Said id={`${id}-${key}`} problems={wrong} />
            </div>
          </div>
        );
      })}
      <Said id={id} hint={field.hint} problems={problems.get(field.name)} />
    </fieldset>
  );
}

function RowsField({ step, node, field, problems, disabled }: FieldProps) {
  const { editor } = useShell();
  const id = useId();
  const rows = rowsOf(node[field.name]);
  const word = wordOf(field);
  const write = (next: Json[]) => editor.setField(step, field.name, next.length ? next : undefined);
  return (
    <fieldset className="mb-3" data-field={field.name} disabled={disabled}>
      <legend className={`form-label${field.required ? " required" : ""}`}>{field.label}</legend>
      {rows.map((row, at) => {
        const number = String(at + 1);
        const wrong = problems.get(`${field.name}.${number}`);
        return (
          <div key={at} className="field-rows" role="group" aria-label={`${field.label} ${number}`}>
            <RowValue
              value={shown(row[word])}
              number={word === "share"}
              label={word === "share" ? t("Share {number} (percent)", { number }) : t("If {number}", { number })}
              take={(text) => write(replaced(rows, at, { ...row, [word]: word === "share" ? Number(text) : text }))}
            />
            <div className="d-flex gap-1">
              <WaySelect
                step={step}
                output={number}
                value={shown(row.then)}
                label={t("Then {number}", { number })}
                none={t("Leads to …")}
                said={`${id}-${number}`}
                wrong={wrong}
                disabled={disabled}
              />
              <button
                type="button"
                className="btn btn-icon"
                aria-label={t("Earlier: {number}", { number })}
                disabled={at === 0}
                onClick={() => write([...rows.slice(0, at - 1), row, rows[at - 1] ?? {}, ...rows.slice(at + 1)])}
              >
                ↑
              </button>
              <button type="button" className="btn btn-icon" aria-label={t("Remove {number}", { number })} onClick={() => write(without(rows, at))}>
                ×
              </button>
            </div>
            <Said id={`${id}-${number}`} problems={wrong} />
          </div>
        );
      })}
      <button type="button" className="btn btn-sm" disabled={disabled || rows.length >= (field.most ?? 20)} onClick={() => editor.connect(step, SPARE + field.name, "")}>
        {word === "share" ? t("Add a share") : t("Add a condition")}
      </button>
      <Said id={id} hint={field.hint} problems={problems.get(field.name)} />
    </fieldset>
  );
}

function RowValue({ value, number, label, take }: { value: string; number: boolean; label: string; take: (text: string) => void }) {
  const typed = useTyped(value, take);
  return <input className="form-control mb-1" type={number ? "number" : "text"} min={number ? 1 : undefined} max={number ? 100 : undefined} maxLength={500} aria-label={label} {...typed} />;
}

function ListField({ step, node, field, problems, disabled }: FieldProps) {
  const { editor } = useShell();
  const id = useId();
  const value = node[field.name] ?? field.default;
  const list = Array.isArray(value) ? value.map(shown) : [];
  const wrong = problems.get(field.name);
  const write = (next: string[]) => editor.setField(step, field.name, next.length ? next : field.required ? undefined : []);
  return (
    <fieldset className="mb-3" data-field={field.name} disabled={disabled}>
      <legend className={`form-label${field.required ? " required" : ""}`}>{field.label}</legend>
      {[...list, ""].map((one, at) => (
        <div key={at} className="d-flex gap-1 mb-1">
          <select
            className={`form-select${invalid(wrong) ? " is-invalid" : ""}`}
            value={one}
            aria-label={`${field.label} ${at + 1}`}
            aria-describedby={id}
            aria-invalid={invalid(wrong)}
            onChange={(event) => {
              const chosen = event.target.value;
              write(at === list.length ? [...list, chosen] : chosen ? replaced(list, at, chosen) : without(list, at));
            }}
          >
            <option value="">{at === list.length ? t("Add …") : "—"}</option>
            <Options options={field.options ?? []} value={one} />
          </select>
          {at < list.length && (
            <button type="button" className="btn btn-icon" aria-label={t("Remove {number}", { number: at + 1 })} onClick={() => write(without(list, at))}>
              ×
            </button>
          )}
        </div>
      ))}
      <Said id={id} hint={field.hint} problems={wrong} />
    </fieldset>
  );
}

function PairsField({ step, node, field, problems, disabled }: FieldProps) {
  const { editor } = useShell();
  const id = useId();
  const value = node[field.name];
  const stored = isMap(value) ? Object.entries(value).map(([name, text]) => [name, shown(text)] as const) : [];
  // Rows without a name stand only here until they have one.
  const [rows, setRows] = useState(stored);
  const named = (all: readonly (readonly [string, string])[]) => Object.fromEntries(all.filter(([name]) => name.trim()));
  const kept = JSON.stringify(Object.fromEntries(stored));
  useEffect(() => {
    setRows((now) => (JSON.stringify(named(now)) === kept ? now : stored));
  }, [kept]);
  const write = (next: (readonly [string, string])[]) => {
    setRows(next);
    const all = named(next);
    editor.setField(step, field.name, Object.keys(all).length ? all : undefined);
  };
  return (
    <fieldset className="mb-3" data-field={field.name} disabled={disabled}>
      <legend className={`form-label${field.required ? " required" : ""}`}>{field.label}</legend>
      {rows.map(([name, text], at) => (
        <div key={at} className="d-flex gap-1 mb-1">
          <input
            className="form-control"
            maxLength={100}
            value={name}
            aria-label={t("{label} {number}: name", { label: field.label, number: at + 1 })}
            onChange={(event) => write(replaced(rows, at, [event.target.value, text]))}
          />
          <input
            className="form-control"
            maxLength={500}
            value={text}
            aria-label={t("{label} {number}: value", { label: field.label, number: at + 1 })}
            onChange={(event) => write(replaced(rows, at, [name, event.target.value]))}
          />
          <button type="button" className="btn btn-icon" aria-label={t("Remove {number}", { number: at + 1 })} onClick={() => write(without(rows, at))}>
            ×
          </button>
        </div>
      ))}
      <button type="button" className="btn btn-sm" onClick={() => setRows([...rows, ["", ""]])}>
        {t("Add a row")}
      </button>
      <Said id={id} hint={field.hint} problems={problems.get(field.name)} />
    </fieldset>
  );
}

/** Skills with the level that is needed of each. */
function NeedsField({ step, node, field, problems, disabled }: FieldProps) {
  const { editor } = useShell();
  const id = useId();
  const value = node[field.name];
  const rows = isMap(value) ? Object.entries(value) : [];
  const options = field.options ?? [];
  const write = (next: [string, Json][]) => editor.setField(step, field.name, next.length ? Object.fromEntries(next) : undefined);
  return (
    <fieldset className="mb-3" data-field={field.name} disabled={disabled}>
      <legend className="form-label">{field.label}</legend>
      {rows.map(([skill, level], at) => (
        <div key={skill} className="d-flex gap-1 mb-1">
          <span className="form-control-plaintext flex-fill">{options.find((one) => one.key === skill)?.name ?? skill}</span>
          <input
            className="form-control field-level"
            type="number"
            min={1}
            max={10}
            value={shown(level)}
            aria-label={t("Level of {skill}", { skill: options.find((one) => one.key === skill)?.name ?? skill })}
            onChange={(event) => write(replaced(rows, at, [skill, Number(event.target.value)]))}
          />
          <button type="button" className="btn btn-icon" aria-label={t("Remove {number}", { number: at + 1 })} onClick={() => write(without(rows, at))}>
            ×
          </button>
        </div>
      ))}
      <select
        className="form-select"
        value=""
        aria-label={field.label}
        onChange={(event) => {
          if (event.target.value) write([...rows, [event.target.value, 1]]);
        }}
      >
        <option value="">{t("Add …")}</option>
        {options
          .filter((one) => !rows.some(([skill]) => skill === one.key))
          .map((one) => (
            <option key={one.key} value={one.key}>
              {one.name}
            </option>
          ))}
      </select>
      <Said id={id} hint={field.hint} problems={problems.get(field.name)} />
    </fieldset>
  );
}
