// The form of the chosen step, made from the declared fields of its type.
import { useId } from "react";

import { t } from "../kit/i18n";
import { ERROR, nodeOf, typeOf } from "./document";
import { StepField, WaySelect } from "./fields";
import { Icon } from "./icon";
import { useFlow, useShell } from "./use_editor";
import { byField, byStep } from "./validity";

export function StepForm() {
  const { editor, focusStep } = useShell();
  const step = useFlow((state) => state.current);
  const document = useFlow((state) => state.history.now.document);
  const problems = useFlow((state) => state.problems);
  const node = step === null ? undefined : nodeOf(document, step);
  const ids = useId();
  if (step === null || !node) return <p className="text-secondary">{t("Choose a step in the picture.")}</p>;
  const type = typeOf(editor.types, node);
  const found = byField(editor.types, node, byStep(problems).get(step)?.problems ?? []);
  const fields = type?.fields ?? [];
  const placed = new Set(["name", ERROR, ...fields.map((field) => field.name)]);
  const whole = [...found].filter(([place]) => !placed.has(place.split(".")[0] ?? "")).flatMap(([, some]) => some);
  const disabled = !editor.writable;
  return (
    <form
      className="step-form"
      data-testid="step-form"
      data-step={step}
      aria-label={t("Form of the step “{step}”", { step: editor.stepName(step) })}
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        focusStep(step);
      }}
    >
      <p className="step-type">
        <Icon name={type?.icon ?? "alert-circle"} />
        <span>{type?.label ?? t("Unknown type: {type}", { type: String(node.type ?? "") })}</span>
        <code>{step}</code>
      </p>
      {whole.map((one) => (
        <div key={one.text} className={`alert ${one.warning ? "alert-warning" : "alert-danger"} py-2`}>
          {one.text}
        </div>
      ))}
      <div className="mb-3">
        <label className="form-label" htmlFor={`${ids}-name`}>
          {t("Name")}
        </label>
        <input
          id={`${ids}-name`}
          className="form-control"
          maxLength={100}
          value={typeof node.name === "string" ? node.name : ""}
          placeholder={type?.label}
          disabled={disabled}
          data-testid="step-name"
          onChange={(event) => editor.setField(step, "name", event.target.value || undefined)}
        />
      </div>
      {fields.map((field) => (
        <StepField key={`${step}.${field.name}`} step={step} node={node} field={field} problems={found} disabled={disabled} />
      ))}
      <div className="mb-3" data-field={ERROR}>
        <label className="form-label" htmlFor={`${ids}-error`}>
          {t("After an error")}
        </label>
        <WaySelect
          step={step}
          output={ERROR}
          value={typeof node[ERROR] === "string" ? node[ERROR] : ""}
          none={t("The end: the call is hung up")}
          id={`${ids}-error`}
          wrong={found.get(ERROR)}
          disabled={disabled}
        />
        {found.get(ERROR)?.map((one) => (
          <div key={one.text} className="invalid-feedback d-block">
            {one.text}
          </div>
        ))}
      </div>
      {editor.writable && (
        <div className="d-flex flex-wrap gap-2">
          {document.start !== step && (
            <button type="button" className="btn btn-sm" onClick={() => editor.setStart(step)} data-testid="begin-here">
              {t("Begin here")}
            </button>
          )}
          <button
            type="button"
            className="btn btn-sm btn-outline-danger"
            data-testid="delete-step"
            onClick={() => {
              editor.choose([step], step);
              editor.remove();
              focusStep(editor.state.current);
            }}
          >
            {t("Delete step")}
          </button>
        </div>
      )}
    </form>
  );
}
