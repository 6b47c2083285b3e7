// The server's clock as far as the page can know it: desks with a wrong clock show right timers.

let offset = 0; // milliseconds to add to this machine's clock

/** Note what time the server says it is. */
export function serverSays(instant: string): void {
  const at = Date.parse(instant);
  if (!Number.isNaN(at)) offset = at - Date.now();
}

/** Milliseconds since 1970 by the server's clock. */
export function now(): number {
  return Date.now() + offset;
}

/** Call `tick` every second, in step with the second's turn, until the answer is called. */
export function everySecond(tick: () => void): () => void {
  let timer = 0;
  const next = () => {
    timer = window.setTimeout(
      () => {
        tick();
        next();
      },
      1000 - (now() % 1000),
    );
  };
  next();
  return () => window.clearTimeout(timer);
}
