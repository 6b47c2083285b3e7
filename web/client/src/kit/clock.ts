// The server's clock: timers are right on machines with a wrong clock.

let offset = 0; // milliseconds to add to this machine's clock

/** Note the server's time. */
export function serverSays(instant: string): void {
  const at = Date.parse(instant);
  if (!Number.isNaN(at)) offset = at - Date.now();
}

/** Milliseconds since 1970 by the server's clock. */
export function now(): number {
  return Date.now() + offset;
}

/** Call `tick` every second, when the second changes; the result is the function that stops it. */
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
