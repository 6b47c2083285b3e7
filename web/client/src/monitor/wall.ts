// The floor as a wall display: in full screen, for a whole room.

/** Whether the page visibly fills the screen: by our button, by F11, or in a kiosk. */
export function fillsScreen(): boolean {
  if (document.visibilityState !== "visible") return false;
  return document.fullscreenElement !== null || matchMedia("(display-mode: fullscreen)").matches;
}

/** Connect the full-screen button; call the result when the page is left. */
export function wall(button: HTMLElement | null): () => void {
  const root = document.documentElement;
  const show = () => root.toggleAttribute("data-wall", document.fullscreenElement !== null);
  const turn = () => void root.requestFullscreen().catch(() => undefined);
  if (button) {
    button.hidden = !document.fullscreenEnabled;
    button.addEventListener("click", turn);
  }
  document.addEventListener("fullscreenchange", show);
  return () => {
    button?.removeEventListener("click", turn);
    document.removeEventListener("fullscreenchange", show);
    root.removeAttribute("data-wall");
    if (document.fullscreenElement) void document.exitFullscreen();
  };
}
