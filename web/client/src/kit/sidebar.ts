// The main menu: folded to icons on a wide window, a drawer over the page on a narrow one.
import { t } from "./i18n";

const KEY = "hotline-sidebar";

export function sidebar(): void {
  const place = document.getElementById("sidebar");
  if (!place) return;
  fold(place);
  drawer(place);
}

function fold(place: HTMLElement): void {
  const root = document.documentElement;
  const button = place.querySelector<HTMLElement>("[data-action=fold-sidebar]");
  const show = () => {
    const folded = root.dataset.sidebar === "folded";
    const says = folded ? t("Expand sidebar") : t("Collapse sidebar");
    button?.setAttribute("aria-expanded", String(!folded));
    button?.setAttribute("aria-label", says);
    button?.setAttribute("title", says);
  };
  button?.addEventListener("click", () => {
    if (root.dataset.sidebar === "folded") {
      delete root.dataset.sidebar;
      localStorage.removeItem(KEY);
    } else {
      root.dataset.sidebar = "folded";
      localStorage.setItem(KEY, "folded");
    }
    show();
  });
  show();
}

function drawer(place: HTMLElement): void {
  const narrow = matchMedia("(max-width: 991px)");
  const opener = document.querySelector<HTMLElement>("[data-action=open-drawer]");
  const scrim = document.querySelector<HTMLElement>(".drawer-scrim");
  const behind = document.querySelectorAll<HTMLElement>(".shell, #dock");
  let open = false;
  const show = () => {
    const drawn = open && narrow.matches;
    document.documentElement.toggleAttribute("data-drawer", drawn);
    // A hidden menu must not be reachable by keyboard either.
    place.inert = narrow.matches && !open;
    for (const one of behind) one.inert = drawn;
    if (scrim) scrim.hidden = !drawn;
    opener?.setAttribute("aria-expanded", String(drawn));
  };
  const turn = (wanted: boolean, back = true) => {
    if (open === wanted) return;
    open = wanted;
    show();
    if (open) place.querySelector<HTMLElement>("#menu a[aria-current], #menu a")?.focus();
    else if (back && narrow.matches) opener?.focus();
  };
  opener?.addEventListener("click", () => turn(true));
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-action=close-drawer]")) turn(false);
    // The new page takes the focus.
    else if (target.closest("#menu a")) turn(false, false);
  });
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape") turn(false);
  });
  narrow.addEventListener("change", () => {
    open = false;
    show();
  });
  show();
}
