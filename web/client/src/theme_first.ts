// Light or dark before the first drawing: a small script of its own in the page's head.
const chosen = localStorage.getItem("hotline-theme");
const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");

export {};
