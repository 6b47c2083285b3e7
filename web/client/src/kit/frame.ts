// Drawing of frequent changes: at most once per frame, and not at all in a hidden page.

export interface Frames {
  /** Draw in the next frame, once for all requests until then. */
  soon(): void;
  /** Stop drawing. */
  stop(): void;
}

export function frames(draw: () => void): Frames {
  let due = 0;
  return {
    soon() {
      due ||= requestAnimationFrame(() => {
        due = 0;
        draw();
      });
    },
    stop() {
      cancelAnimationFrame(due);
    },
  };
}
