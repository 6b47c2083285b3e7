// The panels beside the canvas that belong to the picture itself: problems, steps, versions.
import { useState } from "react";

import { t } from "../kit/i18n";
import { outputsOf, nodeOf } from "./document";
import { dateTime } from "./dates";
import { Icon } from "./icon";
import { inOrder } from "./layout";
import { outputLabel, says } from "./names";
import { useFlow, useShell } from "./use_editor";
import { byStep, mayPublish } from "./validity";
import { matching } from "./walk";

export function ProblemList() {
  const { openForm, showStep } = useShell();
  const problems = useFlow((state) => state.problems);
  return (
    <div data-testid="problem-list">
      {problems.length === 0 && <p>{t("Nothing is wrong: the flow can be published.")}</p>}
      {problems.length > 0 && mayPublish(problems) && <p>{t("Only warnings: the flow can be published.")}</p>}
      <ul className="list-unstyled mb-0">
        {problems.map((one, at) => (
          <li key={at} className="problem">
            <span className={one.warning ? "text-warning" : "text-danger"}>
              <Icon name="alert-triangle" />
            </span>
            <span>
              {one.step !== null && (
                <button
                  type="button"
                  className="btn-link-like"
                  onClick={() => {
                    showStep(one.step ?? "");
                    openForm(one.step ?? "");
                  }}
                >
                  {one.step_name}
                </button>
              )}
              {one.step !== null && ": "}
              {one.text}
              {one.warning && <span className="text-secondary"> {t("(a warning)")}</span>}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The steps as a list: for small screens, and for those who rather read than look. */
export function StepList() {
  const { editor, openForm, askType } = useShell();
  const document = useFlow((state) => state.history.now.document);
  const problems = byStep(useFlow((state) => state.problems));
  const current = useFlow((state) => state.current);
  const [typed, setTyped] = useState("");
  const steps = inOrder(editor.types, document);
  const words = steps.map((step) => ({ step, words: `${editor.stepName(step)} ${step} ${says(editor.types, nodeOf(document, step))}` }));
  const shown = typed.trim() ? matching(words, typed) : steps;
  return (
    <div data-testid="step-list">
      <input type="search" className="form-control mb-2" placeholder={t("Search steps")} aria-label={t("Search steps")} value={typed} onChange={(event) => setTyped(event.target.value)} />
      <ul className="list-unstyled mb-2">
        {shown.map((step) => {
          const ways = outputsOf(editor.types, nodeOf(document, step)).filter((way) => way.target);
          const wrong = problems.get(step);
          return (
            <li key={step} className="mb-1">
              <button type="button" className={`step-line${step === current ? " active" : ""}`} onClick={() => openForm(step)}>
                <strong>{editor.stepName(step)}</strong>
                {wrong && <span className={`step-badge ${wrong.errors ? "bad" : "doubtful"}`}>{wrong.errors + wrong.warnings}</span>}
                <small>{ways.map((way) => `${outputLabel(way)} → ${editor.stepName(way.target)}`).join(" · ")}</small>
              </button>
            </li>
          );
        })}
      </ul>
      {editor.writable && (
        <button type="button" className="btn" onClick={() => askType({ after: current })}>
          <Icon name="plus" />
          {t("Add step")}
        </button>
      )}
    </div>
  );
}

export function Versions() {
  const { editor } = useShell();
  const { flow, versions, version, before, compared } = editor.data;
  const here = `/flows/${flow.id}/picture`;
  return (
    <div data-testid="versions">
      {compared && (
        <>
          <h3>{t("What changed")}</h3>
          {compared.changes.length === 0 && <p className="text-secondary">{t("Both are the same.")}</p>}
          <ul className="list-unstyled">
            {compared.changes.map((one, at) => (
              <li key={at} className="problem">
                <span className={`tone-dot tone-${one.change === "start" ? "changed" : one.change}`} aria-hidden="true" />
                <Change step={one.step} text={one.text} />
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>{t("Versions")}</h3>
      <ul className="list-unstyled">
        <li className="version">
          {version === null && before === null ? <strong>{t("Draft")}</strong> : <a href={here}>{t("Draft")}</a>}
          {version === null && flow.version !== null && before === null && (
            <a className="btn btn-sm" href={`${here}?before=${flow.version}`}>
              {t("What changed")}
            </a>
          )}
        </li>
        {versions.slice(0, 50).map((one, at) => {
          const older = versions[at + 1];
          return (
            <li key={one.version} className="version">
              <span>
                {one.version === version && before === null ? (
                  <strong>{t("Version {version}", { version: one.version })}</strong>
                ) : (
                  <a href={`${here}?version=${one.version}`}>{t("Version {version}", { version: one.version })}</a>
                )}
                <small>
                  {one.message} · {dateTime(one.published_at)} · {one.published_by}
                </small>
              </span>
              {older && (
                <a className="btn btn-sm" href={`${here}?version=${one.version}&before=${older.version}`}>
                  {t("What changed")}
                </a>
              )}
            </li>
          );
        })}
      </ul>
      {!versions.length && <p className="text-secondary">{t("Nothing is published yet.")}</p>}
    </div>
  );
}

function Change({ step, text }: { step: string; text: string }) {
  const { editor, showStep } = useShell();
  if (!nodeOf(editor.document, step)) return <span>{text}</span>;
  return (
    <button type="button" className="btn-link-like text-start" onClick={() => showStep(step)}>
      {text}
    </button>
  );
}
