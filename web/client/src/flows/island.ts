// The picture of a flow is a part of its own: React and the canvas are loaded by its page alone.
import { t } from "../kit/i18n";
import type { Mount } from "../kit/islands";

export const flowPicture: Mount = (place) => {
  let unmount: (() => void) | null = null;
  let gone = false;
  import("./picture").then(
    ({ mount }) => {
      if (!gone) unmount = mount(place);
    },
    () => place.append(t("The picture could not be loaded. Reload the page.")),
  );
  return () => {
    gone = true;
    unmount?.();
  };
};
