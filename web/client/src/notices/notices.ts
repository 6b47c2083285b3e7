// The bell: the number of unread notices, a message for each new one, and the list in its menu.

import htmx from "htmx.org";

import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import type { Notice } from "../live/live_state";
import type { LiveSocket } from "../live/live_socket";

const MOST_SHOWN = 99;

export function notices(live: LiveSocket, say: (sentence: string) => void): void {
  live.onNotice((unread, notice) => {
    count(unread);
    if (notice) tell(notice, say);
    if (bell()?.open) void load();
  });
}

function bell(): HTMLDetailsElement | null {
  return document.querySelector<HTMLDetailsElement>("#notices details");
}

function count(unread: number): void {
  const badge = document.querySelector<HTMLElement>("#notices [data-notice-count]");
  const summary = document.querySelector<HTMLElement>("#notices summary");
  if (!badge || !summary) return;
  badge.hidden = unread === 0;
  badge.textContent = unread > MOST_SHOWN ? `${MOST_SHOWN}+` : String(unread);
  const words = unread ? t("Notifications, {count} new", { count: unread }) : t("Notifications");
  summary.setAttribute("aria-label", words);
  summary.title = words;
}

function tell(notice: Notice, say: (sentence: string) => void): void {
  toast(notice.text);
  say(notice.text);
}

function load(): Promise<void> {
  return htmx.ajax("get", "/notices", { target: "#notices-list", swap: "innerHTML" });
}
