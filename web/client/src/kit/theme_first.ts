// The theme before the first drawing: a small script of its own in the page's head.
const root = document.documentElement;
const chosen = localStorage.getItem("hotline-theme");
const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
root.setAttribute("data-bs-theme", dark ? "dark" : "light");
// The choice in this browser has precedence over the user's choice elsewhere.
root.dataset.density = localStorage.getItem("hotline-density") || root.dataset.density || "comfortable";
if (localStorage.getItem("hotline-sidebar") === "folded") root.dataset.sidebar = "folded";

export {};
