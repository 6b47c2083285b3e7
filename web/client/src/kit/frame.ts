// Drawing what changes often: at most once a frame, and not at all in a page that nobody looks at.

export interface Frames {
  /** Draw in the next frame, however often it is asked for until then. */
  soon(): void;
  /** Draw no more. */
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
