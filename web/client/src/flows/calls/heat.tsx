// How many callers went where: thick ways, counts, and the steps where callers hung up.
import { useEffect, useState } from "react";

import { Problem } from "../../kit/api";
import { t } from "../../kit/i18n";
import { usePicture } from "../context";
import { Icon } from "../icon";
import { callsBy, heatOverlay, wayCalls } from "./overlays";
import { readHeat } from "./requests";
import type { Heat, Way } from "./shapes";

const PERIODS = [1, 7, 31, 92];

export function HeatPanel() {
  const { flowId, version: shown, setOverlay, setCalls, stepName, outputName, goTo } = usePicture();
  const [days, setDays] = useState(31);
  const [version, setVersion] = useState<number | null>(shown);
  const [heat, setHeat] = useState<Heat | null>(null);
  const [refused, setRefused] = useState("");
  useEffect(() => {
    let over = false;
    readHeat(flowId, days, version)
      .then((found) => {
        if (over) return;
        setHeat(found);
        setRefused("");
        setCalls(wayCalls(found));
        setOverlay(heatOverlay(found, (count) => t("gave up: {count}", { count })));
      })
      .catch((error: unknown) => !over && setRefused(error instanceof Problem ? error.message : String(error)));
    return () => {
      over = true;
    };
  }, [flowId, days, version, setCalls, setOverlay]);
  useEffect(() => () => setOverlay(null), [setOverlay]);
  const lost = heat?.steps.filter((one) => one.gave_up > 0).sort((one, other) => other.gave_up - one.gave_up) ?? [];
  return (
    <div data-testid="heat">
      <div className="field-row">
        <label className="form-label mb-0" htmlFor="heat-days">
          {t("Period")}
        </label>
        <select id="heat-days" className="form-select" value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {PERIODS.map((one) => (
            <option key={one} value={one}>
              {one === 1 ? t("The last 24 hours") : t("The last {days} days", { days: one })}
            </option>
          ))}
        </select>
      </div>
      {heat && heat.versions.length > 0 && (
        <div className="field-row">
          <label className="form-label mb-0" htmlFor="heat-version">
            {t("Version")}
          </label>
          <select id="heat-version" className="form-select" value={heat.version} onChange={(event) => setVersion(Number(event.target.value))}>
            {[...new Set([heat.version, ...heat.versions])].map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </div>
      )}
      {refused && (
        <div className="alert alert-danger" role="alert">
          {refused}
        </div>
      )}
      {heat && (
        <p className="mt-2" role="status" data-testid="heat-calls" data-calls={heat.calls}>
          {heat.calls ? t("{calls} calls on version {version}", { calls: heat.calls, version: heat.version }) : t("No call came to this flow in the period.")}
        </p>
      )}
      {lost.length > 0 && (
        <>
          <h3>{t("Where callers hang up")}</h3>
          <ul className="list-unstyled">
            {lost.map((one) => (
              <li key={one.step} className="version">
                <button type="button" className="btn-link-like text-start" onClick={() => goTo(one.step)}>
                  {stepName(one.step)}
                </button>
                <span>{t("{count} of {entered}", { count: one.gave_up, entered: one.entered })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {heat && heat.ways.length > 0 && (
        <>
          <h3>{t("Ways")}</h3>
          <ul className="list-unstyled" data-testid="heat-ways">
            {byCalls(heat.ways).map((way) => (
              <li key={`${way.step} ${way.output}`} className="version">
                <button type="button" className="btn-link-like text-start" onClick={() => goTo(way.step)}>
                  {stepName(way.step)}: {outputName(way.step, way.output)} → {stepName(way.to)}
                </button>
                {heat.calls_url ? (
                  <a href={callsBy(heat, way)} aria-label={t("{calls} calls from “{step}” to “{target}”", { calls: way.calls, step: stepName(way.step), target: stepName(way.to) })}>
                    {way.calls} <Icon name="list" />
                  </a>
                ) : (
                  <span>{way.calls}</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function byCalls(ways: (Way & { calls: number })[]): (Way & { calls: number })[] {
  return [...ways].sort((one, other) => other.calls - one.calls);
}
