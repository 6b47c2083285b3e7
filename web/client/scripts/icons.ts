// One SVG sprite of the few Tabler icons that the pages use: asset("src/icons.svg") + "#name".
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";

const require = createRequire(import.meta.url);

export function iconSprite(): Plugin {
  return {
    name: "icon-sprite",
    apply: "build",
    buildStart() {
      const list = fileURLToPath(new URL("../src/kit/icons.json", import.meta.url));
      const names = JSON.parse(readFileSync(list, "utf8")) as string[];
      this.emitFile({
        type: "asset",
        name: "icons.svg",
        originalFileName: "src/icons.svg",
        source: sprite(names),
      });
    },
  };
}

function sprite(names: string[]): string {
  const symbols = names.map((name) => {
    const svg = readFileSync(require.resolve(`@tabler/icons/outline/${name}.svg`), "utf8");
    const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return (
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"` +
      ` stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inside.trim()}</symbol>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}
