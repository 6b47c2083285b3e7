// Signs of an incoming call: sound, the window's title, a desktop notification.
import type { Desk } from "./desk";
import { readable } from "../kit/format";
import { t } from "../kit/i18n";
import { queueName } from "../live/queue_names";
import type { PhoneSettings } from "./phone_settings";
import { Ringtone } from "./ringtone";

/** Asked for when the agent signs in to telephony: the purpose is clear then. */
export function askForNotices(): void {
  if ("Notification" in window && Notification.permission === "default") {
    void Notification.requestPermission();
  }
}

export function ringWith(desk: Desk, settings: PhoneSettings): void {
  const ringtone = new Ringtone(() => settings.volume, () => settings.device("speaker"));
  const second = new Ringtone(() => settings.volume, () => settings.device("ringer"));
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
      second.stop();
      return;
    }
    // A SIP phone rings by itself.
    if (agent?.phone === "browser") ringtone.start();
    if (settings.device("ringer")) second.start();
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
