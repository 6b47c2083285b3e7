import { afterEach, expect, test, vi } from "vitest";

import { fillsScreen } from "../src/monitor/wall";

afterEach(() => vi.unstubAllGlobals());

function screen(shown: { visible?: boolean; byButton?: boolean; byBrowser?: boolean }): void {
  vi.stubGlobal("document", {
    visibilityState: shown.visible === false ? "hidden" : "visible",
    fullscreenElement: shown.byButton ? {} : null,
  });
  vi.stubGlobal("matchMedia", () => ({ matches: shown.byBrowser === true }));
}

test("a page in a window is on no wall", () => {
  screen({});

  expect(fillsScreen()).toBe(false);
});

test("a page is on the wall by our button, by F11 or in a kiosk", () => {
  screen({ byButton: true });
  expect(fillsScreen()).toBe(true);

  screen({ byBrowser: true });
  expect(fillsScreen()).toBe(true);
});

test("a hidden page is no wall display", () => {
  screen({ byButton: true, visible: false });

  expect(fillsScreen()).toBe(false);
});
