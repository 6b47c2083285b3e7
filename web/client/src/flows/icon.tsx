// An icon of the sprite; the same as `kit/icon.ts` for React.

let sprite: string | null = null;

export function Icon({ name }: { name: string }) {
  sprite ??= document.querySelector<HTMLMetaElement>("meta[name=icons]")?.content ?? "";
  return (
    <svg className="icon" aria-hidden="true" focusable="false">
      <use href={`${sprite}#${name}`} />
    </svg>
  );
}
