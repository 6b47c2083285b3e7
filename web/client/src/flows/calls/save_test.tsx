// A simulated call becomes a test: its name and what it expects come from what just happened.
import { useId, useState } from "react";

import { Problem } from "../../kit/api";
import { toast } from "../../kit/banners";
import { t } from "../../kit/i18n";
import { usePicture } from "../context";
import { useShell } from "../use_editor";
import { saveTest } from "./requests";
import { expectationOf, nameOf, stepsOf } from "./scenario";
import type { Played, Scenario } from "./shapes";
import { setSimulated, type Simulated } from "./store";

export function SaveTest({ played, scenario, test }: { played: Played; scenario: Scenario; test: Simulated["test"] }) {
  const { flowId, stepName } = usePicture();
  const { editor } = useShell();
  const [name, setName] = useState(test?.name ?? "");
  const [ends, setEnds] = useState(test === null || test.expect.ends !== undefined);
  const [passes, setPasses] = useState(test?.expect.passes ?? []);
  const [variables, setVariables] = useState(Object.keys(test?.expect.variables ?? {}));
  const [refused, setRefused] = useState("");
  const id = useId();
  if (!editor.data.may_edit) return null;
  const steps = stepsOf(played, flowId);
  const save = async (as: number | null) => {
    const expect = expectationOf(
      played,
      ends,
      passes.filter((step) => steps.includes(step)),
      variables.filter((one) => one in played.variables),
    );
    try {
      const saved = await saveTest(flowId, as, name.trim() || nameOf(scenario, played), scenario, expect);
      setSimulated({ scenario, test: { id: saved.id, name: saved.name, expect: saved.expect } });
      setRefused("");
      toast(t("Saved."));
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
    }
  };
  return (
    <details className="mb-2" data-testid="save-test">
      <summary>{t("Save as test")}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save(test?.id ?? null);
        }}
      >
        {refused && (
          <div className="alert alert-danger" role="alert">
            {refused}
          </div>
        )}
        <label className="form-label mb-1" htmlFor={`${id}-name`}>
          {t("Name of the test")}
        </label>
        <input id={`${id}-name`} className="form-control mb-2" maxLength={100} placeholder={nameOf(scenario, played)} value={name} data-testid="test-name" onChange={(event) => setName(event.target.value)} />
        {played.ended && <Check label={t("It ends like this: {end}", { end: played.ended.text })} checked={ends} set={setEnds} />}
        {steps.map((step) => (
          <Check key={step} label={t("It comes to “{step}”", { step: stepName(step) })} checked={passes.includes(step)} set={(on) => setPasses(on ? [...passes, step] : passes.filter((one) => one !== step))} />
        ))}
        {Object.entries(played.variables).map(([one, value]) => (
          <Check key={one} label={`${one} = ${value || "–"}`} checked={variables.includes(one)} set={(on) => setVariables(on ? [...variables, one] : variables.filter((other) => other !== one))} />
        ))}
        <div className="btn-list mt-2">
          <button className="btn btn-sm btn-primary" data-testid="save-this-test">
            {test ? t("Save the test") : t("Save as test")}
          </button>
          {test && (
            <button type="button" className="btn btn-sm" onClick={() => void save(null)}>
              {t("Save as another test")}
            </button>
          )}
        </div>
      </form>
    </details>
  );
}

function Check({ label, checked, set }: { label: string; checked: boolean; set: (on: boolean) => void }) {
  return (
    <label className="form-check mb-1">
      <input type="checkbox" className="form-check-input" checked={checked} onChange={(event) => set(event.target.checked)} />
      <span className="form-check-label">{label}</span>
    </label>
  );
}
