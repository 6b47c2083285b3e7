// What other systems answer in a simulated call: asked for when a step needs it.
import { useId, useState } from "react";

import { t } from "../../kit/i18n";
import { usePicture } from "../context";
import { answer, drawLot, forget } from "./scenario";
import type { Missing, Scenario } from "./shapes";
import { setScenario } from "./store";

const LOT = "lot";

export function AnswerForm({ missing }: { missing: Missing }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [lot, setLot] = useState("0");
  const id = useId();
  const isLot = missing.question === LOT;
  return (
    <form
      className="simulator-answer"
      data-testid="answer-form"
      onSubmit={(event) => {
        event.preventDefault();
        setScenario((before) => (isLot ? drawLot(before, missing.step, Number(lot)) : answer(before, missing.step, { value: missing.names.length ? filled(values) : "" })));
      }}
    >
      <h3>{t("Answer for “{step}”", { step: missing.step_name })}</h3>
      {isLot && (
        <div className="mb-2">
          <label className="form-label mb-1" htmlFor={`${id}-lot`}>
            {t("Lot, 0 to 99")}
          </label>
          <input id={`${id}-lot`} type="number" min={0} max={99} required className="form-control" value={lot} onChange={(event) => setLot(event.target.value)} />
        </div>
      )}
      {!isLot &&
        missing.names.map((name) => (
          <div key={name} className="mb-2">
            <label className="form-label mb-1" htmlFor={`${id}-${name}`}>
              <code>{name}</code>
            </label>
            <input
              id={`${id}-${name}`}
              className="form-control"
              maxLength={500}
              data-testid={`answer-${name}`}
              value={values[name] ?? ""}
              onChange={(event) => setValues({ ...values, [name]: event.target.value })}
            />
          </div>
        ))}
      <div className="btn-list">
        <button className="btn btn-sm btn-primary" data-testid="give-answer">
          {isLot ? t("Draw") : t("Give this answer")}
        </button>
        {!isLot && (
          <button type="button" className="btn btn-sm" data-testid="fail-answer" onClick={() => setScenario((before) => answer(before, missing.step, { fails: "time-out" }))}>
            {t("No answer in time")}
          </button>
        )}
      </div>
    </form>
  );
}

function filled(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}

/** The answers that were given, each to be taken away. */
export function GivenAnswers({ scenario }: { scenario: Scenario }) {
  const { stepName } = usePicture();
  const steps = [...Object.keys(scenario.answers ?? {}), ...Object.keys(scenario.lots ?? {})];
  if (!steps.length) return null;
  return (
    <>
      <h3>{t("Given answers")}</h3>
      <ul className="list-unstyled" data-testid="given-answers">
        {steps.map((step) => (
          <li key={step} className="version">
            <span>{stepName(step)}</span>
            <button type="button" className="btn btn-sm" onClick={() => setScenario((before) => forget(before, step))}>
              {t("Ask again")}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
