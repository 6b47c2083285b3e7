// The floor on a wall: in full screen a room looks at it and nobody touches it.

/** Whether the page fills a screen that can be seen: by our button, by F11, or in a kiosk. */
export function fillsScreen(): boolean {
  if (document.visibilityState !== "visible") return false;
  return document.fullscreenElement !== null || matchMedia("(display-mode: fullscreen)").matches;
}

/** Let the button put the page on the wall; call the answer when the page is left. */
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
