// A progress line at the top of the window while the next page loads.

const PATIENCE_MS = 150; // faster pages need no progress line

export function progress(): void {
  const line = document.getElementById("progress");
  const main = document.getElementById("main");
  let underWay = 0;
  let timer = 0;
  const show = (busy: boolean) => {
    line?.classList.toggle("busy", busy);
    main?.setAttribute("aria-busy", String(busy));
  };
  const isPage = (event: Event) =>
    (event as CustomEvent<{ target?: Element }>).detail.target?.id === "main";
  document.body.addEventListener("htmx:beforeSend", (event) => {
    if (!isPage(event)) return;
    underWay += 1;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => show(true), PATIENCE_MS);
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!isPage(event)) return;
    underWay = Math.max(0, underWay - 1);
    if (underWay) return;
    window.clearTimeout(timer);
    show(false);
  });
}
