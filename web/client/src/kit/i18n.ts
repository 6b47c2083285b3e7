// The client's sentences in the reader's language; English is the key, as with gettext in Python.
import chinese from "virtual:catalogue/zh_CN";

export type Words = Record<string, string>;

let words: Words = {};

/** Choose the language by the page's `lang`. */
export function speak(language: string): void {
  words = language.startsWith("zh") ? chinese : {};
}

/** Translate a sentence and fill its `{named}` places. */
export function t(sentence: string, values: Record<string, string | number> = {}): string {
  const said = words[sentence] ?? sentence;
  return said.replace(/\{(\w+)\}/g, (place, name: string) =>
    name in values ? String(values[name]) : place,
  );
}
