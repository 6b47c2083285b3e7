// The client's sentences in the reader's language; English is the key, as with gettext in Python.
import chinese from "virtual:catalogue/zh_CN";

export type Words = Record<string, string>;

let words: Words = {};

/** Choose the language by the page's `lang`. */
export function speak(language: string): void {
  words = language.startsWith("zh") ? chinese : {};
}

// The scripts that are written from right to left, and the marks that turn the direction.
const FROM_THE_RIGHT = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066\u2067\ufb1d-\ufdff\ufe70-\ufeff]/;

/** Isolate people's text, so that it does not reorder the numbers and words beside it. */
export function isolated(text: string): string {
  return FROM_THE_RIGHT.test(text) ? `\u2068${text}\u2069` : text;
}

/** Translate a sentence and fill its `{named}` places. */
export function t(sentence: string, values: Record<string, string | number> = {}): string {
  const said = words[sentence] ?? sentence;
  return said.replace(/\{(\w+)\}/g, (place, name: string) =>
    name in values ? isolated(String(values[name])) : place,
  );
}
