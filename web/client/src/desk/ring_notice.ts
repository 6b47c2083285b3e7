// How an incoming call makes itself known: sound, the window's title, a notice of the desktop.
import type { Desk } from "./desk";
import { readable } from "../kit/format";
import { t } from "../kit/i18n";
import { queueName } from "../live/queue_names";
import { Ringtone } from "./ringtone";

/** Asked when the agent signs in to telephony: then it is plain what it is for. */
export function askForNotices(): void {
  if ("Notification" in window && Notification.permission === "default") {
    void Notification.requestPermission();
  }
}

export function ringWith(desk: Desk): void {
  const ringtone = new Ringtone();
  let ringing = "";
  let notice: Notification | null = null;
  desk.subscribe(() => {
    const { agent, call, phone } = desk.moment();
    const rings = agent?.state === "offered" && phone.talk?.phase !== "answering";
    const now = rings ? (agent.call ?? "") : "";
    if (now === ringing) return;
    ringing = now;
    notice?.close();
    notice = null;
    if (!now) {
      ringtone.stop();
      return;
    }
    // A telephone on the table rings for itself.
    if (agent?.phone === "browser") ringtone.start();
    const who = call?.customer?.name || readable(call?.caller ?? "") || t("a withheld number");
    if (document.hidden && "Notification" in window && Notification.permission === "granted") {
      notice = new Notification(t("Incoming call from {caller}", { caller: who }), {
        body: call ? queueName(call.queue, call.queue_name) : "",
        tag: "hotline-call",
        requireInteraction: true,
      });
      notice.onclick = () => {
        window.focus();
        notice?.close();
      };
    }
  });
  blinkTitle(() => ringing !== "");
}

function blinkTitle(ringing: () => boolean): void {
  let plain: string | null = null;
  window.setInterval(() => {
    if (ringing()) {
      const sign = `☎ ${t("Incoming call")}`;
      if (document.title !== sign) {
        plain = document.title;
        document.title = sign;
      } else if (plain !== null) document.title = plain;
    } else if (plain !== null) {
      document.title = plain;
      plain = null;
    }
  }, 1000);
}
