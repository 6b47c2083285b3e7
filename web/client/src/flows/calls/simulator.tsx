// The panel that plays a call on the flow as it stands on the screen: no phone rings.
import { useEffect, useRef, useState } from "react";

import { Problem } from "../../kit/api";
import { t } from "../../kit/i18n";
import { toneOf } from "../../kit/keypad";
import { usePicture } from "../context";
import { Icon } from "../icon";
import { AnswerForm, GivenAnswers } from "./answers";
import { CallForm } from "./call_form";
import { pathOverlay } from "./overlays";
import { simulate } from "./requests";
import { SaveTest } from "./save_test";
import { act, EMPTY, restart, stepsOf, undo } from "./scenario";
import type { Act, Played } from "./shapes";
import { setScenario, setSimulated, useSimulated } from "./store";
import { Trace } from "./trace";

const TYPING_MS = 400;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

export function Simulator() {
  const { flowId, document: flow, setOverlay } = usePicture();
  const { scenario, test } = useSimulated();
  const [played, setPlayed] = useState<Played | null>(null);
  const [refused, setRefused] = useState("");
  const [early, setEarly] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const drawn = useRef<typeof flow>(null);

  useEffect(() => {
    let over = false;
    const run = () =>
      simulate(flowId, flow, scenario)
        .then((found) => {
          if (over) return;
          setPlayed(found);
          setRefused("");
          setOverlay(pathOverlay(stepsOf(found, flowId), found.ways, found.at));
        })
        .catch((error: unknown) => {
          if (over) return;
          setPlayed(null);
          setOverlay(null);
          setRefused(error instanceof Problem ? error.message : String(error));
        });
    // A key is answered at once; what is typed into a step is waited for.
    const timer = setTimeout(() => void run(), drawn.current === flow || !drawn.current ? 0 : TYPING_MS);
    drawn.current = flow;
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [flowId, flow, scenario, setOverlay]);
  useEffect(() => () => setOverlay(null), [setOverlay]);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);

  const over = !played || played.ended !== null || played.missing.length > 0;
  const doIt = (one: Act) => {
    if (over) return;
    setScenario((before) => act(before, early && !one.wait ? { ...one, early: true } : one));
    setEarly(false);
  };
  return (
    <div
      ref={panel}
      tabIndex={-1}
      className="simulator"
      data-testid="simulator"
      onKeyDown={(event) => {
        const tone = toneOf(event.nativeEvent);
        if (tone) doIt({ press: tone });
        else if (event.key === "Backspace" && event.target === panel.current) setScenario(undo);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {test && (
        <p className="mb-2" data-testid="simulated-test">
          <Icon name="clipboard-list" /> {t("Test: {name}", { name: test.name })}
        </p>
      )}
      <CallForm scenario={scenario} />
      {refused && (
        <div className="alert alert-danger" role="alert">
          {refused}
        </div>
      )}
      {played && <Trace played={played} flow={flowId} />}
      {played?.missing.map((one) => <AnswerForm key={`${one.step} ${(scenario.does ?? []).length}`} missing={one} />)}
      <div className="simulator-keys" role="group" aria-label={t("Keypad")}>
        {KEYS.map((key) => (
          <button key={key} type="button" className="btn" data-testid={`key-${key}`} disabled={over} onClick={() => doIt({ press: key })}>
            {key}
          </button>
        ))}
      </div>
      <label className="form-check mb-2">
        <input type="checkbox" className="form-check-input" checked={early} disabled={over} onChange={(event) => setEarly(event.target.checked)} />
        <span className="form-check-label">{t("The next key comes during the prompts")}</span>
      </label>
      <div className="btn-list mb-3">
        <button type="button" className="btn btn-sm" data-testid="no-key" disabled={over} onClick={() => doIt({ wait: true })}>
          <Icon name="hourglass" /> {t("No key")}
        </button>
        <button type="button" className="btn btn-sm" data-testid="hang-up" disabled={over} onClick={() => doIt({ hang_up: true })}>
          <Icon name="phone-off" /> {t("Hang up")}
        </button>
        <button type="button" className="btn btn-sm" data-testid="undo-act" disabled={!scenario.does?.length} onClick={() => setScenario(undo)}>
          <Icon name="arrow-back-up" /> {t("One key back")}
        </button>
        <button type="button" className="btn btn-sm" data-testid="call-again" onClick={() => setScenario(restart)}>
          <Icon name="refresh" /> {t("Call again")}
        </button>
        <button type="button" className="btn btn-sm" data-testid="new-call" onClick={() => setSimulated({ scenario: EMPTY, test: null })}>
          <Icon name="plus" /> {t("New call")}
        </button>
      </div>
      <GivenAnswers scenario={scenario} />
      {played && <Variables of={played.variables} />}
      {played && !refused && <SaveTest key={test?.id ?? 0} played={played} scenario={scenario} test={test} />}
    </div>
  );
}

function Variables({ of }: { of: Record<string, string> }) {
  const names = Object.keys(of);
  if (!names.length) return null;
  return (
    <>
      <h3>{t("Variables")}</h3>
      <dl className="simulator-variables" data-testid="variables">
        {names.map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{of[name] || "–"}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
