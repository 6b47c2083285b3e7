// A customer level's name in the reader's language.
import type { LevelValue } from "./types";

export function levelName(level: LevelValue, language = document.documentElement.lang): string {
  const chinese = language.startsWith("zh");
  return (chinese ? level.name_zh : level.name) || level.name || level.name_zh;
}
