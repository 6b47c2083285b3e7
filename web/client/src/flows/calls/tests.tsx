// The tests of the flow with their results on the saved draft, and the ways that no test takes.
import { useCallback, useEffect, useState } from "react";

import { Problem } from "../../kit/api";
import { t } from "../../kit/i18n";
import { usePicture } from "../context";
import { Icon } from "../icon";
import { useFlow, useShell } from "../use_editor";
import { missingOverlay } from "./overlays";
import { readTests, removeTest } from "./requests";
import type { SavedTest, Tests } from "./shapes";
import { setSimulated } from "./store";

export function TestList() {
  const { flowId, setOverlay, goTo } = usePicture();
  const { editor } = useShell();
  const saving = useFlow((state) => state.saving.state);
  const [tests, setTests] = useState<Tests | null>(null);
  const [refused, setRefused] = useState("");
  const run = useCallback(async () => {
    try {
      const found = await readTests(flowId);
      setTests(found);
      setRefused("");
      setOverlay(found.items.length ? missingOverlay(found.coverage.missing) : null);
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
    }
  }, [flowId, setOverlay]);
  useEffect(() => {
    if (saving === "saved") void run();
  }, [run, saving]);
  useEffect(() => () => setOverlay(null), [setOverlay]);

  const open = (test: SavedTest) => {
    setSimulated({ scenario: test.scenario, test: { id: test.id, name: test.name, expect: test.expect } });
    editor.openPanel("simulator");
  };
  const failed = tests?.items.filter((test) => !test.passed).length ?? 0;
  return (
    <div data-testid="flow-tests">
      {refused && (
        <div className="alert alert-danger" role="alert">
          {refused}
        </div>
      )}
      {tests && (
        <p role="status" data-testid="test-summary" data-failed={failed}>
          {!tests.items.length
            ? t("There are no tests yet. Play a call in the simulator and save it as a test.")
            : failed
              ? t("{failed} of {count} tests fail: the draft cannot be published.", { failed, count: tests.items.length })
              : t("All {count} tests pass.", { count: tests.items.length })}
        </p>
      )}
      <ul className="list-unstyled">
        {tests?.items.map((test) => (
          <li key={test.id} className="flow-test" data-testid="flow-test" data-passed={test.passed}>
            <span className={test.passed ? "text-success" : "text-danger"}>
              <Icon name={test.passed ? "circle-check" : "circle-x"} />
              <span className="visually-hidden">{test.passed ? t("Passed") : t("Failed")}</span>
            </span>
            <span>
              <button type="button" className="btn-link-like text-start" onClick={() => open(test)} title={t("Open in the simulator")}>
                {test.name}
              </button>
              {test.why.map((one) => (
                <small key={one} className="d-block text-danger">
                  {one}
                </small>
              ))}
            </span>
            {editor.data.may_edit && <Remove test={test} flow={flowId} done={run} />}
          </li>
        ))}
      </ul>
      {tests && (
        <div className="btn-list mb-3">
          <button type="button" className="btn btn-sm" data-testid="run-tests" onClick={() => void run()}>
            <Icon name="player-play" /> {t("Run the tests")}
          </button>
          <button type="button" className="btn btn-sm" onClick={() => editor.openPanel("simulator")}>
            <Icon name="plus" /> {t("New test")}
          </button>
        </div>
      )}
      {tests && tests.coverage.ways > 0 && (
        <>
          <h3 data-testid="coverage">{t("{taken} of {ways} ways are tested", { taken: tests.coverage.taken, ways: tests.coverage.ways })}</h3>
          <progress className="w-100" max={tests.coverage.ways} value={tests.coverage.taken} aria-hidden="true" />
          <ul className="list-unstyled">
            {tests.coverage.missing.map((way) => (
              <li key={`${way.step} ${way.output}`} className="problem">
                <span className="tone-dot tone-changed" aria-hidden="true" />
                <button type="button" className="btn-link-like text-start" onClick={() => goTo(way.step)}>
                  {way.step_name}: {way.output_name} → {way.to_name}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Deletes a test, with a second click. */
function Remove({ test, flow, done }: { test: SavedTest; flow: number; done: () => Promise<void> }) {
  const [sure, setSure] = useState(false);
  return (
    <button
      type="button"
      className={`btn btn-sm ms-auto${sure ? " btn-danger" : ""}`}
      aria-label={sure ? t("Really delete the test “{name}”?", { name: test.name }) : t("Delete the test “{name}”", { name: test.name })}
      onBlur={() => setSure(false)}
      onClick={() => {
        if (sure) void removeTest(flow, test.id).catch(() => undefined).then(done);
        else setSure(true);
      }}
    >
      {sure ? t("Delete?") : <Icon name="trash" />}
    </button>
  );
}
