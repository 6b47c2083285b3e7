// An icon of the sprite that the build makes from src/kit/icons.json.
import { html, type TemplateResult } from "lit-html";

let sprite: string | null = null;

export function icon(name: string): TemplateResult {
  sprite ??= document.querySelector<HTMLMetaElement>("meta[name=icons]")?.content ?? "";
  return html`<svg class="icon" aria-hidden="true" focusable="false">
    <use href="${sprite}#${name}"></use>
  </svg>`;
}
