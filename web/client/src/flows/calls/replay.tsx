// Real calls played again on the draft: which would end elsewhere?
import { useState } from "react";

import { Problem } from "../../kit/api";
import { t } from "../../kit/i18n";
import { usePicture } from "../context";
import { dateTime } from "../dates";
import { Icon } from "../icon";
import { replay } from "./requests";
import type { Replay } from "./shapes";

const PERIODS = [1, 7, 14, 31];

export function ReplayPanel() {
  const { flowId, version } = usePicture();
  const [days, setDays] = useState(7);
  const [found, setFound] = useState<Replay | null>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const run = async () => {
    setBusy(true);
    setRefused("");
    try {
      setFound(await replay(flowId, days, version));
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div data-testid="replay">
      <p className="text-secondary">{t("Real calls are played again on the saved draft, with the keys and answers of then. No caller hears anything of it.")}</p>
      <form
        className="field-row"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <label className="visually-hidden" htmlFor="replay-days">
          {t("Period")}
        </label>
        <select id="replay-days" className="form-select" value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {PERIODS.map((one) => (
            <option key={one} value={one}>
              {one === 1 ? t("The last 24 hours") : t("The last {days} days", { days: one })}
            </option>
          ))}
        </select>
        <button className="btn btn-primary" disabled={busy} data-testid="run-replay">
          {busy ? t("Playing …") : t("Play")}
        </button>
      </form>
      {refused && (
        <div className="alert alert-danger" role="alert">
          {refused}
        </div>
      )}
      {found && (
        <>
          <p className="mt-2" role="status" data-testid="replay-text">
            <strong>{found.text}</strong>
            {found.unknown > 0 && <span className="d-block">{t("Of {count} calls it is not known: the draft asks what the caller was never asked, or keys were hidden.", { count: found.unknown })}</span>}
            {found.cut && <span className="d-block">{t("There are more calls; only the newest were played.")}</span>}
          </p>
          <ul className="list-unstyled" data-testid="replay-calls">
            {found.items.map((one) => (
              <li key={one.call} className="problem">
                <Icon name="phone" />
                <span>
                  <a href={one.url}>{dateTime(one.at)}</a>
                  <small className="d-block">{`${one.before.text} → ${one.after.text}`}</small>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
