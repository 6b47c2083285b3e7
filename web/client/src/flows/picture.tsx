// The page of a flow's picture: loaded only there, by the island `flow-picture` of main.ts.
import "@xyflow/react/dist/base.css";
import "./picture.css";
import "./calls/calls.css";

import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { StrictMode, useCallback, useEffect, useMemo, useRef, useState, type ComponentType } from "react";
import { createRoot } from "react-dom/client";

import { announcer } from "../kit/banners";
import { t } from "../kit/i18n";
import { Canvas } from "./canvas";
import { useShowing } from "./canvas_view";
import { PictureContext, type Picture } from "./context";
import { Conflict, Help, Publish } from "./dialogs";
import { stepsOf } from "./document";
import { Editor, useEditor } from "./editor";
import { Icon } from "./icon";
import { guard } from "./leaving";
import { Palette, TypePicker } from "./palette";
import { PANELS } from "./panels";
import type { PictureData } from "./shapes";
import { ProblemList, StepList, Versions } from "./side_panels";
import { StepForm } from "./step_form";
import { Toolbar } from "./toolbar";
import { ShellContext, type Asked, type Shell } from "./use_editor";

const PATIENCE_MS = 2000; // until a step that was brought into view is drawn
const NARROW = "(max-width: 767px)";

export function mount(place: HTMLElement): () => void {
  const data = JSON.parse(place.querySelector("script")?.textContent ?? "{}") as PictureData;
  const editor = new Editor(data, announcer(document.getElementById("announcer") ?? place));
  const asked = new URLSearchParams(location.search).get("panel") ?? "";
  const first = data.compared ? "versions" : matchMedia(NARROW).matches ? "steps" : "";
  editor.openPanel(asked || first);
  const unguard = guard(editor);
  const root = createRoot(place);
  root.render(
    <StrictMode>
      <ReactFlowProvider>
        <Page editor={editor} />
      </ReactFlowProvider>
    </StrictMode>,
  );
  return () => {
    unguard();
    editor.end();
    root.unmount();
  };
}

function Page({ editor }: { editor: Editor }) {
  const view = useReactFlow();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [open, setOpen] = useState<"" | "keys" | "publish">("");
  const [wayTakes, setWayTakes] = useState(0);
  const narrow = useNarrow();
  const wanted = useRef<string | null | undefined>(undefined);
  const form = useRef(false);
  const [, draw] = useState(0);

  const focusStep = useCallback((step: string | null) => {
    wanted.current = step;
    // At once if it can be: the next key must not go to the field that had the focus.
    const found = step === null ? null : nodeElement(step);
    found?.focus({ preventScroll: true });
    if (step !== null && step !== editor.state.current) editor.set({ current: step });
    draw((count) => count + 1);
  }, [editor]);
  const shell = useMemo<Shell>(() => {
    const showStep = (step: string) => {
      editor.choose([step], step);
      focusStep(step);
    };
    return {
      editor,
      focusStep,
      showStep,
      openForm: (step) => {
        editor.choose([step], step);
        editor.openPanel("step");
        form.current = true;
        draw((count) => count + 1);
      },
      openWay: (step, output) => {
        editor.chooseWay(step, output);
        setWayTakes((count) => count + 1);
      },
      askType: setAsked,
      openHelp: () => setOpen("keys"),
      openPublish: () => setOpen("publish"),
      search: () => {
        const field = document.getElementById("picture-search");
        if (field) {
          field.focus();
          return;
        }
        // On a narrow screen the list of the steps has the field.
        editor.openPanel("steps");
        requestAnimationFrame(() => document.querySelector<HTMLElement>(".picture-side input[type=search]")?.focus());
      },
    };
  }, [editor, focusStep]);

  useFocus(shell, wanted, form);
  useKeys(shell, view);

  const flow = useEditor(editor, (state) => state.history.now.document);
  const overlay = useEditor(editor, (state) => state.overlay);
  const context = useMemo<Picture>(
    () => ({
      flowId: editor.data.flow.id,
      version: editor.data.version,
      document: flow,
      overlay,
      setOverlay: editor.setOverlay,
      setCalls: editor.setCalls,
      goTo: shell.showStep,
      stepName: editor.stepName,
      outputName: editor.outputName,
    }),
    [editor, flow, overlay, shell],
  );
  return (
    <PictureContext value={context}>
      <ShellContext value={shell}>
        <Toolbar narrow={narrow} />
        <Conflict />
        <div className="picture-body">
          {editor.writable && !narrow && <Palette />}
          <Canvas still={narrow} wayTakes={wayTakes} />
          <SidePanel editor={editor} narrow={narrow} close={() => focusStep(editor.state.current)} />
        </div>
        <TypePicker
          asked={asked}
          over={(type) => {
            const where = asked;
            setAsked(null);
            if (!type || !where) {
              focusStep(editor.state.current);
              return;
            }
            const place = where.place;
            const step = editor.add(type, { after: where.after, output: where.output, place });
            if (narrow) shell.openForm(step);
            else focusStep(step);
          }}
        />
        <Help
          open={open === "keys"}
          close={() => {
            setOpen("");
            focusStep(editor.state.current);
          }}
        />
        <Publish
          open={open === "publish"}
          close={() => {
            setOpen("");
            focusStep(editor.state.current);
          }}
        />
      </ShellContext>
    </PictureContext>
  );
}

function SidePanel({ editor, narrow, close }: { editor: Editor; narrow: boolean; close: () => void }) {
  const panel = useEditor(editor, (state) => state.panel);
  const own: { id: string; title: string; component: ComponentType }[] = [
    { id: "step", title: t("Step"), component: StepForm },
    { id: "steps", title: t("Steps"), component: StepList },
    { id: "problems", title: t("To do before publishing"), component: ProblemList },
    { id: "versions", title: t("Versions"), component: Versions },
    ...PANELS.map((one) => ({ id: one.id, title: one.label(), component: one.component })),
  ];
  const found = own.find((one) => one.id === panel);
  if (!found) return null;
  const Shown = found.component;
  return (
    <aside className="picture-side" aria-label={found.title} data-testid={`side-${found.id}`}>
      <div className="side-head">
        <h2>{found.title}</h2>
        {narrow && panel !== "steps" && (
          <button type="button" className="btn btn-sm" onClick={() => editor.openPanel("steps")}>
            {t("Steps")}
          </button>
        )}
        <button
          type="button"
          className="btn btn-quiet btn-icon btn-sm"
          aria-label={t("Close")}
          onClick={() => {
            editor.openPanel("");
            close();
          }}
        >
          <Icon name="x" />
        </button>
      </div>
      <div className="side-body" tabIndex={-1}>
        <Shown />
      </div>
    </aside>
  );
}

function nodeElement(step: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(step)}"]`);
}

/** Brings the wanted step or form into view and gives it the focus, after it was drawn. */
function useFocus(shell: Shell, wanted: { current: string | null | undefined }, form: { current: boolean }): void {
  const showing = useShowing(shell.editor);
  useEffect(() => {
    if (form.current) {
      form.current = false;
      wanted.current = undefined;
      const step = shell.editor.state.current;
      if (step !== null) showing(step);
      const first = document.querySelector<HTMLElement>(".picture-side .step-form input, .picture-side .step-form select");
      first?.focus({ preventScroll: true });
      first?.closest(".picture-side")?.scrollIntoView({ block: "nearest" });
      return;
    }
    const step = wanted.current;
    if (step === undefined) return;
    if (step === null) {
      wanted.current = undefined;
      const first = document.querySelector<HTMLElement>(".picture-empty button") ?? document.querySelector<HTMLElement>(".picture-bar :is(button, summary)");
      first?.focus();
      return;
    }
    showing(step, true);
    const until = performance.now() + PATIENCE_MS;
    const focus = () => {
      if (wanted.current !== step) return;
      const found = nodeElement(step);
      if (found) {
        wanted.current = undefined;
        found.focus({ preventScroll: true });
      } else if (performance.now() < until) {
        // A step outside the view is drawn when the view has come to it.
        requestAnimationFrame(focus);
      }
    };
    focus();
  });
}

/** Keys that work wherever the focus is, except in fields. */
function useKeys(shell: Shell, view: ReturnType<typeof useReactFlow>): void {
  useEffect(() => {
    const { editor } = shell;
    const stop = new AbortController();
    const typing = (event: Event) => event.target instanceof Element && event.target.closest("input, select, textarea, dialog, [contenteditable]") !== null;
    const outside = (event: Event) => event.target instanceof Element && event.target !== document.body && !event.target.closest("#main");
    document.addEventListener(
      "keydown",
      (event) => {
        if (event.defaultPrevented || typing(event) || outside(event)) return;
        const command = event.ctrlKey || event.metaKey;
        const key = event.key.toLowerCase();
        const acts: Record<string, () => void> = command
          ? {
              z: () => (event.shiftKey ? editor.redo() : editor.undo()),
              y: () => editor.redo(),
              a: () => editor.choose(stepsOf(editor.document)),
            }
          : {
              "?": shell.openHelp,
              "/": shell.search,
              "+": () => void view.zoomIn(),
              "=": () => void view.zoomIn(),
              "-": () => void view.zoomOut(),
              "0": () => void view.fitView({ padding: 0.12, maxZoom: 1 }),
            };
        // Without Ctrl a key elsewhere may be meant for the telephone, or for a panel.
        const place = "?/".includes(key) ? ".flow-picture" : ".picture-canvas, .picture-bar";
        const here = command || (event.target as Element).closest(place) !== null;
        const act = event.altKey || !here ? undefined : acts[key];
        if (!act) return;
        event.preventDefault();
        event.stopPropagation();
        act();
      },
      { signal: stop.signal, capture: true },
    );
    document.addEventListener(
      "copy",
      (event) => {
        if (typing(event) || outside(event) || document.getSelection()?.toString()) return;
        const text = editor.copy();
        if (!text) return;
        event.clipboardData?.setData("text/plain", text);
        event.preventDefault();
      },
      { signal: stop.signal },
    );
    document.addEventListener(
      "paste",
      (event) => {
        if (typing(event) || outside(event)) return;
        if (!editor.paste(event.clipboardData?.getData("text/plain") ?? "")) return;
        event.preventDefault();
        shell.focusStep(editor.state.current);
      },
      { signal: stop.signal },
    );
    return () => stop.abort();
  }, [shell, view]);
}

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const turn = () => setNarrow(media.matches);
    media.addEventListener("change", turn);
    return () => media.removeEventListener("change", turn);
  }, []);
  return narrow;
}
