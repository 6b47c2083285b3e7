declare module "virtual:catalogue/*" {
  const words: Record<string, string>;
  export default words;
}

declare module "gettext-parser" {
  interface Entry {
    msgid: string;
    msgstr: string[];
    comments?: { reference?: string };
  }
  export const po: { parse(file: Buffer): { translations: Record<string, Record<string, Entry>> } };
}
