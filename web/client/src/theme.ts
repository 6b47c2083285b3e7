// The switch between light and dark; without a choice the page follows the machine.

const KEY = "hotline-theme";

export function themeSwitch(): void {
  const root = document.documentElement;
  const machine = matchMedia("(prefers-color-scheme: dark)");
  const set = (dark: boolean) => root.setAttribute("data-bs-theme", dark ? "dark" : "light");
  machine.addEventListener("change", () => {
    if (!localStorage.getItem(KEY)) set(machine.matches);
  });
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-action=theme]")) return;
    const dark = root.getAttribute("data-bs-theme") !== "dark";
    set(dark);
    localStorage.setItem(KEY, dark ? "dark" : "light");
  });
}
