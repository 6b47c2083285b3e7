// What steps, outputs and their contents are called on the screen.
import { t } from "../kit/i18n";
import { ERROR, isMap, nodeOf, typeOf, type Output, type Types } from "./document";
import type { FlowDocument, StepNode } from "./shapes";

/** What a step is called: its name, else its type and id. */
export function stepTitle(types: Types, step: string, node: StepNode | undefined): string {
  const name = typeof node?.name === "string" ? node.name.trim() : "";
  if (name) return name.slice(0, 100);
  const type = typeOf(types, node);
  if (!type) return step;
  return step === type.name ? type.label : `${type.label} (${step})`;
}

export function titleIn(types: Types, document: FlowDocument, step: string): string {
  return stepTitle(types, step, nodeOf(document, step));
}

export function outputLabel(output: Output): string {
  if (output.name === ERROR) return t("After an error");
  if (output.kind === "choices") return t("Key {digit}", { digit: output.key });
  if (output.kind === "shares") return t("{share} %", { share: output.key });
  if (output.kind === "branches") return output.key || t("If {number}", { number: output.name });
  return output.label;
}

export function spareLabel(kind: string): string {
  if (kind === "choices") return t("Another key");
  return kind === "shares" ? t("Another share") : t("Another condition");
}

/** What a step plays, names or sets, in short. */
export function says(types: Types, node: StepNode | undefined): string {
  const found: string[] = [];
  for (const field of typeOf(types, node)?.fields ?? []) {
    const value = node?.[field.name];
    if (field.kind === "prompts" && Array.isArray(value)) found.push(...value.map(String));
    else if (field.options && field.kind !== "option" && value !== undefined && value !== "" && !isMap(value)) {
      found.push(field.options.find((one) => one.key === String(value))?.name ?? String(value));
    } else if (["variable", "template", "phone-number"].includes(field.kind) && value) found.push(String(value));
  }
  return found.join(", ").slice(0, 200);
}
