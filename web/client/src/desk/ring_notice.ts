// Signs of an incoming call: sound, the window's title, a desktop notification.
import type { Desk } from "./desk";
import { offeredCall } from "./desk_view";
import { t } from "../kit/i18n";
import { queueName } from "../live/queue_names";
import type { PhoneSettings } from "./phone_settings";
import { ringingName, ringTitle } from "./ring_title";
import { Ringtone } from "./ringtone";

export function ringWith(desk: Desk, settings: PhoneSettings): void {
  const ringtone = new Ringtone(() => settings.volume, () => settings.device("speaker"));
  const second = new Ringtone(() => settings.volume, () => settings.device("ringer"));
  let ringing = "";
  let title = "";
  let notice: Notification | null = null;
  desk.subscribe(() => {
    const { agent, calls, phone } = desk.moment();
    const offered = offeredCall(agent) ?? "";
    const talks = agent?.state === "talking";
    const now = phone.talk?.phase === "answering" ? "" : offered;
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
    // During a talk a second call only knocks.
    if (agent?.phone === "browser") ringtone.start(talks);
    if (settings.device("ringer") && !talks) second.start();
    const call = calls.get(now) ?? (desk.call?.id === now ? desk.call : null);
    const who = ringingName(call);
    title = ringTitle(call);
    if (settings.notifies && document.hidden && "Notification" in window && Notification.permission === "granted") {
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
  blinkTitle(() => (ringing ? title : ""));
}

function blinkTitle(ringing: () => string): void {
  let plain: string | null = null;
  window.setInterval(() => {
    const sign = ringing();
    if (sign) {
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
