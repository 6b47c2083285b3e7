// The canvas: draws the graph and turns what the mouse and the keyboard do there into changes.
import {
  Background,
  MiniMap,
  ReactFlow,
  useReactFlow,
  type Connection,
  type Edge,
  type EdgeTypes,
  type FinalConnectionState,
  type NodeChange,
  type NodeTypes,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState, type DragEvent, type KeyboardEvent } from "react";

import { t } from "../kit/i18n";
import { nodeOf, outputsOf, stepsOf } from "./document";
import type { Editor } from "./editor";
import { edgesOf, Faces, placed, type Face, type Line } from "./faces";
import { GRID, sizeOf, WIDTH } from "./layout";
import type { Place } from "./shapes";
import { StepFace } from "./step_face";
import { useFlow, useShell } from "./use_editor";
import { byStep } from "./validity";
import { isArrow, stepBeside } from "./walk";
import { WayLine } from "./way_line";
import { WayMenu } from "./way_menu";

const NODE_TYPES: NodeTypes = { step: StepFace };
const EDGE_TYPES: EdgeTypes = { way: WayLine };
export const TYPE = "application/x-hotline-step-type";
const SMALLEST = 0.03;
const READABLE = 0.5;
const FIRST = 0.7;
const MAP = { width: 160, height: 110 };
const SEVERAL = ["Control", "Meta"];
const SNAP: [number, number] = [GRID, GRID];
const HONEST = { hideAttribution: false };

export function Canvas({ still, wayTakes }: { still: boolean; wayTakes: number }) {
  const shell = useShell();
  const { editor } = shell;
  const view = useReactFlow();
  const history = useFlow((state) => state.history);
  const problems = useFlow((state) => state.problems);
  const overlay = useFlow((state) => state.overlay);
  const selection = useFlow((state) => state.selection);
  const current = useFlow((state) => state.current);
  const way = useFlow((state) => state.way);
  const [moved, setMoved] = useState<ReadonlyMap<string, Place> | null>(null);
  const faces = useRef<Faces | null>(null);
  const makes = (faces.current ??= new Faces(editor.types));
  const writable = editor.writable && !still;
  const { document: flow, layout } = history.now;
  const data = useMemo(
    () => makes.data({ document: flow, problems: byStep(problems), overlay, writable }),
    [makes, flow, problems, overlay, writable],
  );
  const nodes = makes.nodes(data, flow, (step) => moved?.get(step) ?? placed(layout, step), selection, current, writable);
  const edges = useMemo(
    () => edgesOf({ types: editor.types, document: flow, overlay, gone: editor.gone, way }),
    [editor, flow, overlay, way],
  );

  const words = useMemo(() => ({ "minimap.ariaLabel": t("Overview") }), []);

  const onNodesChange = useCallback(
    (changes: NodeChange<Face>[]) => {
      const chosen = new Set(editor.state.selection);
      let selects = false;
      const places = new Map<string, Place>();
      let over = false;
      for (const one of changes) {
        if (one.type === "select") {
          selects = true;
          if (one.selected) chosen.add(one.id);
          else chosen.delete(one.id);
        } else if (one.type === "position" && one.position) {
          places.set(one.id, one.position);
          over ||= one.dragging === false;
        }
      }
      if (selects) editor.choose(chosen);
      if (!places.size) return;
      if (over) {
        setMoved(null);
        editor.move(places);
      } else {
        setMoved((before) => new Map([...(before ?? []), ...places]));
      }
    },
    [editor],
  );

  const onConnect = useCallback(
    (made: Connection) => {
      if (made.sourceHandle) editor.connect(made.source, made.sourceHandle, made.target);
    },
    [editor],
  );

  const onReconnect = useCallback(
    (edge: Edge, made: Connection) => {
      if (edge.sourceHandle && made.sourceHandle) {
        editor.reconnect(edge.source, edge.sourceHandle, { step: made.source, output: made.sourceHandle, target: made.target });
      }
    },
    [editor],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const { fromNode, fromHandle } = state;
      if (state.isValid || !fromNode || fromHandle?.type !== "source" || !fromHandle.id) return;
      const at = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!at) return;
      const under = document.elementFromPoint(at.clientX, at.clientY);
      const target = under?.closest<HTMLElement>(".react-flow__node")?.dataset.id;
      if (target !== undefined) {
        if (target !== fromNode.id) editor.connect(fromNode.id, fromHandle.id, target);
      } else if (under?.closest(".react-flow__pane")) {
        const place = view.screenToFlowPosition({ x: at.clientX, y: at.clientY }, { snapToGrid: false });
        shell.askType({ after: fromNode.id, output: fromHandle.id, place: { x: place.x, y: place.y - 24 } });
      }
    },
    [editor, shell, view],
  );

  // The same functions in each drawing: others would draw every step again at each move of the mouse.
  const clicks = useMemo(
    () => ({
      edge: (event: { ctrlKey: boolean; metaKey: boolean }, edge: Line) => {
        if (!edge.data || edge.data.removed) return;
        const { step, output, href } = edge.data;
        if (href) {
          follow(editor, href, event.ctrlKey || event.metaKey);
          return;
        }
        editor.chooseWay(step, output);
        shell.focusStep(step);
      },
      pane: () => {
        if (editor.state.way) editor.choose([]);
      },
      node: (event: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean }, node: Face) => {
        editor.set({ current: node.id, panel: editor.state.panel || "step" });
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) shell.focusStep(node.id);
      },
      drag: (_: unknown, node: Face) => editor.set({ current: node.id }),
      twice: (_: unknown, node: Face) => shell.openForm(node.id),
    }),
    [editor, shell],
  );

  const onDrop = useCallback(
    (event: DragEvent) => {
      const type = event.dataTransfer.getData(TYPE);
      if (!type || !writable) return;
      event.preventDefault();
      const at = view.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const place = { x: Math.round((at.x - WIDTH / 2) / GRID) * GRID, y: Math.round((at.y - 24) / GRID) * GRID };
      shell.openForm(editor.add(type, { place }));
    },
    [editor, shell, view, writable],
  );

  /** Show all steps if they can be read then, else the first ones. */
  const begin = useCallback(() => {
    const box_ = document.querySelector<HTMLElement>(".picture-canvas")?.getBoundingClientRect();
    const steps = stepsOf(editor.document);
    if (!box_ || !steps.length) return;
    const places = steps.map((step) => ({ ...placed(editor.layout, step), ...sizeOf(editor.types, nodeOf(editor.document, step), writable) }));
    const [left, top] = [Math.min(...places.map((one) => one.x)), Math.min(...places.map((one) => one.y))];
    const wide = Math.max(...places.map((one) => one.x + one.width)) - left;
    const high = Math.max(...places.map((one) => one.y + one.height)) - top;
    const fits = Math.min(1, (box_.width - 60) / wide, (box_.height - 60) / high);
    if (fits >= READABLE) {
      void view.setViewport({ zoom: fits, x: (box_.width - wide * fits) / 2 - left * fits, y: (box_.height - high * fits) / 2 - top * fits });
      return;
    }
    const first = placed(editor.layout, editor.state.current ?? "");
    void view.setViewport({ zoom: FIRST, x: 40 - first.x * FIRST, y: box_.height / 3 - first.y * FIRST });
  }, [editor, view, writable]);

  const onKeyDown = (event: KeyboardEvent | globalThis.KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (isArrow(key) && current !== null) {
      event.preventDefault();
      const next = stepBeside(editor.types, flow, layout, current, key);
      if (next === null) return;
      if (event.shiftKey) editor.choose([...selection, current, next], next);
      shell.focusStep(next);
    } else if (key === "Enter" && current !== null) {
      event.preventDefault();
      shell.openForm(current);
    } else if (key === " " && current !== null) {
      event.preventDefault();
      const chosen = new Set(selection);
      if (!chosen.delete(current)) chosen.add(current);
      editor.choose(chosen);
    } else if (key === "Escape") {
      editor.choose([]);
    } else if ((key === "w" || key === "W") && current !== null) {
      event.preventDefault();
      const first = outputsOf(editor.types, nodeOf(flow, current)).find((one) => nodeOf(flow, one.target));
      if (first) shell.openWay(current, first.name);
      else editor.tell(t("This step leads nowhere."));
    } else if (writable && (key === "n" || key === "N")) {
      event.preventDefault();
      shell.askType({ after: current });
    } else if (writable && (key === "Delete" || key === "Backspace")) {
      event.preventDefault();
      editor.remove();
      shell.focusStep(editor.state.current);
    }
  };

  // The focus is never lost: when the step that had it goes, the current one takes it. The canvas takes the
  // step away some frames after the change; until then its keys come from the body.
  const box = useRef<HTMLDivElement>(null);
  const inside = useRef(false);
  const keys = useRef(onKeyDown);
  keys.current = onKeyDown;
  useEffect(() => {
    let frames = 4;
    let asked = 0;
    const look = () => {
      if (inside.current && document.activeElement === document.body) shell.focusStep(editor.state.current);
      else if ((frames -= 1)) asked = requestAnimationFrame(look);
    };
    look();
    return () => cancelAnimationFrame(asked);
  }, [editor, shell, history]);
  useEffect(() => {
    const take = (event: globalThis.KeyboardEvent) => {
      if (inside.current && event.target === document.body && !document.querySelector("dialog[open]")) keys.current(event);
    };
    document.addEventListener("keydown", take);
    return () => document.removeEventListener("keydown", take);
  }, []);

  return (
    <div
      className="picture-canvas"
      ref={box}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        inside.current = true;
        const step = (event.target as HTMLElement).closest<HTMLElement>(".react-flow__node")?.dataset.id;
        if (step !== undefined && step !== editor.state.current) editor.set({ current: step });
      }}
      onBlur={(event) => {
        if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) inside.current = false;
      }}
      onDragOver={(event) => {
        if (writable && event.dataTransfer.types.includes(TYPE)) event.preventDefault();
      }}
      onDrop={onDrop}
      data-testid="canvas"
    >
      <ReactFlow<Face, Line>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onReconnect={onReconnect}
        onEdgeClick={clicks.edge}
        onPaneClick={clicks.pane}
        onNodeClick={clicks.node}
        onNodeDragStart={clicks.drag}
        onNodeDoubleClick={clicks.twice}
        nodesDraggable={writable}
        nodesConnectable={writable}
        edgesReconnectable={writable}
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={SEVERAL}
        minZoom={SMALLEST}
        maxZoom={1.75}
        snapToGrid
        snapGrid={SNAP}
        onInit={begin}
        onlyRenderVisibleElements={stepsOf(flow).length > 150}
        proOptions={HONEST}
        attributionPosition="bottom-left"
        aria-label={t("Picture of the flow")}
        ariaLabelConfig={words}
      >
        <Background gap={20} />
        {!still && <MiniMap<Face> style={MAP} pannable zoomable nodeClassName={miniTone} />}
      </ReactFlow>
      <WayMenu takes={wayTakes} />
      {stepsOf(flow).length === 0 && (
        <div className="picture-empty">
          <p>{still ? t("The flow is empty. Add the first step: usually a prompt that greets the caller.") : t("The flow is empty. Drag a step here, or press N.")}</p>
          {editor.writable && (
            <button type="button" className="btn btn-primary" onClick={() => shell.askType({ after: null })} data-testid="first-step">
              {t("Add the first step")}
            </button>
          )}
        </div>
      )}
      {still && <p className="picture-hint text-secondary">{t("On a small screen the picture is only shown. Edit in the list below.")}</p>}
    </div>
  );
}

/** Leave for the calls of a way, with what was changed saved; with Ctrl they open beside this page. */
function follow(editor: Editor, href: string, beside: boolean): void {
  if (beside) window.open(href, "_blank", "noopener");
  else void editor.flush().then(() => location.assign(href));
}

function miniTone(node: Face): string {
  if (node.data.mark?.tone) return `tone-${node.data.mark.tone}`;
  return node.data.errors ? "has-errors" : "";
}
