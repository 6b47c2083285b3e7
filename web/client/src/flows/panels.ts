// The side panels of the picture beside the step's form, in the order of their buttons.
//
// To add one: write a component without properties in a file of its own (`src/flows/heat.tsx`),
// and add it to PANELS. It is drawn, in a scrolling column of 22rem, while its button in the toolbar is
// pressed, or from the beginning with `?panel=ID` in the page's address. Inside it
//   const { flowId, version, document, overlay, setOverlay, goTo, stepName, outputName } = usePicture();
// gives the flow (`context.ts`): `document` is the state on the screen, saved or not, and `version` is
// null for the draft. `setOverlay({steps, ways})` marks steps and ways (`overlay.ts`; a way's key is
// wayKey(step, output)); take it away with `setOverlay(null)` when the component is unmounted:
//   useEffect(() => () => setOverlay(null), [setOverlay]);
// Requests: `ask("POST", "/api/v1/flows/…", body)` of `kit/api.ts`. Sentences: `t` of `kit/i18n.ts`;
// the label here is a plain English sentence and is translated where it is drawn: write `t` around it in
// the function `label`. Icons are named in `kit/icons.json` and drawn by `<Icon name="…" />` of `icon.tsx`.
import type { ComponentType } from "react";

import { t } from "../kit/i18n";
import { HeatPanel } from "./calls/heat";
import { PathPanel } from "./calls/path";
import { ReplayPanel } from "./calls/replay";
import { Simulator } from "./calls/simulator";
import { TestList } from "./calls/tests";

export interface Panel {
  id: string; // in `?panel=`
  label: () => string;
  icon: string;
  component: ComponentType;
}

export const PANELS: Panel[] = [
  { id: "simulator", label: () => t("Simulator"), icon: "dialpad", component: Simulator },
  { id: "tests", label: () => t("Tests"), icon: "clipboard-list", component: TestList },
  { id: "heat", label: () => t("Calls in the flow"), icon: "activity", component: HeatPanel },
  { id: "replay", label: () => t("Play real calls again"), icon: "rotate-clockwise", component: ReplayPanel },
  { id: "path", label: () => t("Path of a call"), icon: "route", component: PathPanel },
];
