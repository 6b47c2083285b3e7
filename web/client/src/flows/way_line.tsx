// A way between two steps, as it is drawn; a count on it stands beside the output, where no step covers it.
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo } from "react";

import type { Line } from "./faces";
import { LABEL, linePath } from "./lines";

function Line_({ sourceX, sourceY, targetX, targetY, label, data, style, interactionWidth }: EdgeProps<Line>) {
  return (
    <>
      <title>{data?.says}</title>
      <BaseEdge path={linePath({ x: sourceX, y: sourceY }, { x: targetX, y: targetY })} {...(style && { style })} {...(interactionWidth && { interactionWidth })} />
      {label && data && (
        <EdgeLabelRenderer>
          <WayLabel label={String(label)} data={data} x={sourceX + LABEL.right} y={sourceY - LABEL.height / 2} />
        </EdgeLabelRenderer>
      )}
    </>
  );
}

function WayLabel({ label, data, x, y }: { label: string; data: Line["data"]; x: number; y: number }) {
  const place = { transform: `translate(${x}px, ${y}px)`, height: LABEL.height };
  if (!data?.href) {
    return (
      <span className="way-label" style={place} title={data?.says}>
        {label}
      </span>
    );
  }
  // The keyboard reaches these calls by the menu of the way. The click must not come to the way as well.
  return (
    <a className="way-label nodrag nopan" style={place} href={data.href} tabIndex={-1} onClick={(event) => event.stopPropagation()} title={data.says} data-testid="way-calls">
      {label}
    </a>
  );
}

export const WayLine = memo(Line_);
