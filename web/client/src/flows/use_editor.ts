// The editor of the page, for its own components; panels of others take `usePicture` of `context.ts`.
import { createContext, useContext } from "react";

import { useEditor, type Editor, type EditorState } from "./editor";

export interface Asked {
  after: string | null; // the step from which the new one is reached
  output?: string;
  place?: { x: number; y: number };
}

/** What the canvas, the dialogs and the form do for one another. */
export interface Shell {
  editor: Editor;
  focusStep: (step: string | null) => void; // null: the canvas
  showStep: (step: string) => void; // and focus it
  openForm: (step: string) => void;
  openWay: (step: string, output: string) => void; // chooses a way, and its menu takes the keyboard
  askType: (asked: Asked) => void; // which type a new step has
  openHelp: () => void;
  openPublish: () => void;
  search: () => void;
}

export const ShellContext = createContext<Shell | null>(null);

export function useShell(): Shell {
  const found = useContext(ShellContext);
  if (!found) throw new Error("No editor around this component");
  return found;
}

export function useFlow<Part>(read: (state: EditorState) => Part): Part {
  return useEditor(useShell().editor, read);
}
