// The client's sentences, read at build time from the same gettext catalogues as the pages'.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { po } from "gettext-parser";
import type { Plugin } from "vite";

const NAME = "virtual:catalogue/";

/** `import words from "virtual:catalogue/zh_CN"` gives `{sentence: translation}` for the client. */
export function catalogue(): Plugin {
  return {
    name: "catalogue",
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${NAME}`)) return undefined;
      const language = id.slice(NAME.length + 1);
      const folder = fileURLToPath(
        new URL(`../../locale/${language}/LC_MESSAGES/`, import.meta.url),
      );
      const files = readdirSync(folder).filter((name) => name.endsWith(".po"));
      const words: Record<string, string> = {};
      for (const name of files.sort()) {
        this.addWatchFile(folder + name);
        Object.assign(words, readWords(folder + name));
      }
      return `export default ${JSON.stringify(words)};`;
    },
  };
}

function readWords(file: string): Record<string, string> {
  const words: Record<string, string> = {};
  for (const [key, entry] of Object.entries(po.parse(readFileSync(file)).translations[""] ?? {})) {
    const translation = entry.msgstr[0];
    const places = entry.comments?.reference;
    // A catalogue written by hand names no places: all of it may be the client's.
    if (key && translation && (!places || places.includes("web/client/"))) {
      words[key] = translation;
    }
  }
  return words;
}
