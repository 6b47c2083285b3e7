// The way of one real call, which the address names: `?call=ID`.
import { useEffect, useState } from "react";

import { Problem } from "../../kit/api";
import { t } from "../../kit/i18n";
import { usePicture } from "../context";
import { pathOverlay } from "./overlays";
import { readPath } from "./requests";
import type { Path } from "./shapes";

export function PathPanel() {
  const { flowId, version, setOverlay, stepName, goTo } = usePicture();
  const call = new URLSearchParams(location.search).get("call") ?? "";
  const [path, setPath] = useState<Path | null>(null);
  const [refused, setRefused] = useState("");
  useEffect(() => {
    if (!call) return;
    readPath(flowId, call)
      .then((found) => {
        setPath(found);
        setOverlay(pathOverlay(found.steps, found.ways, found.steps.at(-1) ?? null));
      })
      .catch((error: unknown) => setRefused(error instanceof Problem ? error.message : String(error)));
  }, [flowId, call, setOverlay]);
  useEffect(() => () => setOverlay(null), [setOverlay]);
  if (!call) return <p className="text-secondary">{t("The page of a call leads to its path here.")}</p>;
  return (
    <div data-testid="path">
      {refused && (
        <div className="alert alert-danger" role="alert">
          {refused}
        </div>
      )}
      <p>
        <a href={`/calls/${encodeURIComponent(call)}`}>{t("To the call")}</a>
      </p>
      {path && path.version !== version && (
        <p>
          <a href={`?version=${path.version}&call=${encodeURIComponent(call)}&panel=path`}>{t("The call was on version {version}.", { version: path.version })}</a>
        </p>
      )}
      <ol data-testid="path-steps">
        {path?.steps.map((step, at) => (
          <li key={at}>
            <button type="button" className="btn-link-like text-start" onClick={() => goTo(step)}>
              {stepName(step)}
            </button>
          </li>
        ))}
      </ol>
      {path?.ended && <p role="status">{t("The end: {end}", { end: path.ended.text })}</p>}
    </div>
  );
}
