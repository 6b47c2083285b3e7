// A step on the canvas: what it is, what it says, and a handle for each of its outputs.
import { Handle, Position, useUpdateNodeInternals, type NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";

import { t } from "../kit/i18n";
import { ERROR, SPARE } from "./document";
import type { Face } from "./faces";
import { Icon } from "./icon";
import { outputLabel } from "./names";

function Face_({ id, data, isConnectable }: NodeProps<Face>) {
  const renew = useUpdateNodeInternals();
  const handles = [...data.outputs.map((one) => one.name), ...data.spares.map((one) => SPARE + one.name)].join("|");
  const drawn = useRef(handles);
  useEffect(() => {
    if (drawn.current === handles) return;
    drawn.current = handles;
    renew(id);
  }, [handles, id, renew]);
  const tone = data.mark?.tone ? ` tone-${data.mark.tone}` : "";
  const state = data.errors ? " has-errors" : data.warnings ? " has-warnings" : "";
  return (
    <div className={`step-face${tone}${state}`}>
      <Handle type="target" position={Position.Left} id="in" isConnectable={isConnectable} className="step-in" />
      <div className="step-head">
        <span className="step-icon">
          <Icon name={data.icon} />
        </span>
        <span className="step-words">
          <strong title={data.title}>{data.title}</strong>
          <small>{data.title === data.type ? id : data.type}</small>
        </span>
        {data.first && <span className="badge bg-primary-lt">{t("Entry")}</span>}
        {data.errors + data.warnings > 0 && <span className={`step-badge ${data.errors ? "bad" : "doubtful"}`}>{data.errors + data.warnings}</span>}
        {data.mark?.badge && <span className="step-badge overlay">{data.mark.badge}</span>}
      </div>
      {data.says && (
        <div className="step-says" title={data.says}>
          {data.says}
        </div>
      )}
      {data.outputs.map((one) => (
        <div key={one.name} className={`step-way${one.name === ERROR ? " is-error" : ""}${one.target ? "" : " is-open"}`}>
          <span title={outputLabel(one)}>{outputLabel(one)}</span>
          <Handle type="source" position={Position.Right} id={one.name} isConnectable={isConnectable} />
        </div>
      ))}
      {data.spares.map((one) => (
        <div key={SPARE + one.name} className="step-way is-spare">
          <span>{one.label}</span>
          <Handle type="source" position={Position.Right} id={SPARE + one.name} isConnectable={isConnectable} />
        </div>
      ))}
    </div>
  );
}

export const StepFace = memo(Face_);
