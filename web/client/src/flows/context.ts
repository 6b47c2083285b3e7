// What parts of the picture know of the flow: `usePicture()` in any component of the page.
import { createContext, useContext } from "react";

import type { Overlay, WayCalls } from "./overlay";
import type { FlowDocument } from "./shapes";

export interface Picture {
  flowId: number;
  version: number | null; // null: the draft, as it is edited
  document: FlowDocument; // with what is not saved yet
  overlay: Overlay;
  setOverlay: (overlay: Overlay | null) => void; // null: none
  setCalls: (calls: ReadonlyMap<string, WayCalls>) => void; // by `wayKey`: told where a way is chosen
  goTo: (step: string) => void; // shows a step, chooses and focuses it
  stepName: (step: string) => string;
  outputName: (step: string, output: string) => string;
}

export const PictureContext = createContext<Picture | null>(null);

export function usePicture(): Picture {
  const found = useContext(PictureContext);
  if (!found) throw new Error("No picture around this component");
  return found;
}
