// The client's sentences, read at build time from the same gettext catalogues as the pages'.
import { readFileSync } from "node:fs";
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
      const file = fileURLToPath(
        new URL(`../../locale/${language}/LC_MESSAGES/messages.po`, import.meta.url),
      );
      this.addWatchFile(file);
      return `export default ${JSON.stringify(readWords(file))};`;
    },
  };
}

function readWords(file: string): Record<string, string> {
  const words: Record<string, string> = {};
  for (const [key, entry] of Object.entries(po.parse(readFileSync(file)).translations[""] ?? {})) {
    const translation = entry.msgstr[0];
    if (key && translation && entry.comments?.reference?.includes("web/client/")) {
      words[key] = translation;
    }
  }
  return words;
}
