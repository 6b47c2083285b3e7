// Brings steps and ways into view.
import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";

import { nodeOf } from "./document";
import type { Editor } from "./editor";
import { sizeOf } from "./layout";

/** Bring a step into view, without a jump if it is there already. */
export function useShowing(editor: Editor): (step: string, always?: boolean) => void {
  const view = useReactFlow();
  return useCallback(
    (step, always = false) => {
      const place = editor.layout[step];
      const box = document.querySelector<HTMLElement>(".picture-canvas")?.getBoundingClientRect();
      if (!place || !box) return;
      const { x, y, zoom } = view.getViewport();
      const size = sizeOf(editor.types, nodeOf(editor.document, step), editor.writable);
      const [left, top] = [place.x * zoom + x, place.y * zoom + y];
      const seen = left >= 0 && top >= 0 && left + size.width * zoom <= box.width && top + size.height * zoom <= box.height;
      if (seen && (!always || zoom >= 0.5)) return;
      void view.setCenter(place.x + size.width / 2, place.y + size.height / 2, { zoom: Math.max(zoom, 0.6) });
    },
    [editor, view],
  );
}

/** Bring both ends of a way into view, without a jump if they are there already. */
export function useShowingWay(editor: Editor): (step: string, target: string) => void {
  const view = useReactFlow();
  return useCallback(
    (step, target) => {
      const box = document.querySelector<HTMLElement>(".picture-canvas")?.getBoundingClientRect();
      const ends = [step, target].flatMap((one) => {
        const place = editor.layout[one];
        return place ? [{ ...place, ...sizeOf(editor.types, nodeOf(editor.document, one), editor.writable) }] : [];
      });
      if (!box || !ends.length) return;
      const [left, top] = [Math.min(...ends.map((one) => one.x)), Math.min(...ends.map((one) => one.y))];
      const [right, bottom] = [Math.max(...ends.map((one) => one.x + one.width)), Math.max(...ends.map((one) => one.y + one.height))];
      const { x, y, zoom } = view.getViewport();
      const seen = left * zoom + x >= 0 && top * zoom + y >= MENU && right * zoom + x <= box.width && bottom * zoom + y <= box.height;
      if (seen) return;
      const fits = Math.min(zoom, (box.width - 40) / (right - left), (box.height - 2 * MENU) / (bottom - top));
      void view.setCenter((left + right) / 2, (top + bottom) / 2, { zoom: fits });
    },
    [editor, view],
  );
}

const MENU = 56; // the height of the menu of a way, at the top of the canvas
