// The page's appearance: light, dark or the system's theme; wide or narrow rows.
import { csrf } from "./boot";

const THEME = "hotline-theme";
const DENSITY = "hotline-density";

export function themeSwitch(): void {
  const root = document.documentElement;
  const machine = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem(THEME) ?? "auto";
  const turn = () => {
    const theme = chosen();
    const dark = theme === "auto" ? machine.matches : theme === "dark";
    root.setAttribute("data-bs-theme", dark ? "dark" : "light");
    press("theme", theme);
  };
  machine.addEventListener("change", turn);
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-theme]");
    if (!button?.dataset.theme) return;
    if (button.dataset.theme === "auto") localStorage.removeItem(THEME);
    else localStorage.setItem(THEME, button.dataset.theme);
    turn();
  });
  turn();
}

export function densitySwitch(): void {
  const root = document.documentElement;
  press("setDensity", root.dataset.density ?? "");
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-set-density]");
    const density = button?.dataset.setDensity;
    if (!density) return;
    root.dataset.density = density;
    localStorage.setItem(DENSITY, density);
    press("setDensity", density);
    // For this user's other browsers; if it cannot be stored, this browser has it anyway.
    const body = new URLSearchParams({ density, csrf: csrf() });
    void fetch("/lists/density", { method: "POST", body }).catch(() => undefined);
  });
}

/** Mark the active one of some buttons, by the name and value of their data. */
function press(name: string, value: string): void {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  for (const button of document.querySelectorAll<HTMLElement>(`[data-${dashed}]`)) {
    button.setAttribute("aria-pressed", String(button.dataset[name] === value));
  }
}
