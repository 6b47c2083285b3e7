// The start values that the server wrote into the page; a fragment brings newer ones.
import type { Boot } from "./types";

const NOBODY: Boot = {
  user: null,
  csrf: "",
  build: "",
  language: "en",
  path: "/",
  live: "/live",
  seated: false,
};

/** Read the newest `<script type="application/json" id="boot">` of the page or of `#main`. */
export function readBoot(): Boot {
  const found = document.querySelectorAll<HTMLScriptElement>("script#boot");
  const newest = found[found.length - 1];
  if (!newest?.textContent) return NOBODY;
  return { ...NOBODY, ...(JSON.parse(newest.textContent) as Partial<Boot>) };
}

/** The CSRF token of every unsafe request; a new session brings a new page with a new one. */
export function csrf(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csrf]")?.content ?? "";
}
