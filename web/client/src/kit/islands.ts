// Islands: parts of a page drawn by TypeScript; they are mounted and unmounted with their fragment.

export type Mount = (place: HTMLElement) => () => void;

const kinds = new Map<string, Mount>();
const mounted = new Map<HTMLElement, () => void>();

export function island(name: string, mount: Mount): void {
  kinds.set(name, mount);
}

/** Mount the islands that have come into the page and unmount those that have left it. */
export function settleIslands(): void {
  for (const [place, unmount] of mounted) {
    if (place.isConnected) continue;
    mounted.delete(place);
    unmount();
  }
  for (const place of document.querySelectorAll<HTMLElement>("[data-island]")) {
    const mount = kinds.get(place.dataset.island ?? "");
    if (!mount || mounted.has(place)) continue;
    mounted.set(place, mount(place));
  }
}
