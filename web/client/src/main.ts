// The entry point: every page loads this one script.
import "@tabler/core/dist/css/tabler.min.css";
import "./kit/style/base.css";
import "./kit/style/shell.css";
import "./kit/style/components.css";
import "./kit/style/parts.css";
import "./kit/style/pages.css";
import "./live/states.css";
import "./desk/dock.css";
import "./desk/desk.css";
import "./calls/calls.css";
import "./monitor/floor.css";
import "./notices/notices.css";
import "./try_it/try_it.css";

import { announcer, Banners, toastOfPage } from "./kit/banners";
import { readBoot } from "./kit/boot";
import { callPanel } from "./desk/call_panel";
import { chart } from "./kit/chart";
import { Desk } from "./desk/desk";
import { liveStates } from "./components/live_states";
import { copyButtons } from "./kit/copy";
import { dialogs } from "./kit/dialogs";
import { Dock } from "./desk/dock";
import { drawers } from "./desk/drawer";
import { keepDrafts } from "./kit/drafts";
import { finishForms } from "./desk/finish";
import { idle } from "./desk/idle";
import { screenPop } from "./desk/screen_pop";
import { floor } from "./monitor/floor";
import { speak } from "./kit/i18n";
import { island, settleIslands } from "./kit/islands";
import { JsSIPPhone } from "./desk/jssip_phone";
import { pageKeys } from "./kit/keys";
import { LiveSocket } from "./live/live_socket";
import { chooseMicrophone } from "./desk/microphone";
import { PhoneSettings } from "./desk/phone_settings";
import { busyForms, closeMenus, followPages } from "./kit/navigation";
import { notices } from "./notices/notices";
import { orders } from "./kit/order";
import { optionalParts, settleParts } from "./kit/optional_parts";
import { player } from "./recordings/player";
import { progress } from "./kit/progress";
import { askForNotices, ringWith } from "./desk/ring_notice";
import { searchBox } from "./search/search_box";
import { SessionDialog } from "./sign_in/session_dialog";
import { listenForShortcuts } from "./desk/shortcuts";
import { sidebar } from "./kit/sidebar";
import { tables } from "./kit/tables";
import { densitySwitch, themeSwitch } from "./kit/theme";
import { soundCheck } from "./try_it/sound_check";
import { tryIt } from "./try_it/try_it";
import { showToTests } from "./desk/window_state";

const boot = readBoot();
speak(document.documentElement.lang);
themeSwitch();
densitySwitch();
sidebar();
dialogs();
copyButtons();
optionalParts();
closeMenus();
busyForms();
keepDrafts();
followPages();
progress();
tables();
searchBox();
pageKeys();
island("chart", chart);
island("live-states", liveStates);
island("try-it", tryIt);
island("sound-check", soundCheck);
island("player", player);
if (boot.user) startDesk(boot.user.id, boot.user.login);
else new Banners(place("banners"), null, () => false).draw();
settleIslands();
toastOfPage();
settleParts();

function startDesk(me: number, login: string): void {
  const live = new LiveSocket(boot.live);
  const loudspeaker = document.createElement("audio");
  loudspeaker.id = "loudspeaker";
  loudspeaker.autoplay = true;
  document.body.append(loudspeaker);
  const phone = new JsSIPPhone(loudspeaker);
  const settings = new PhoneSettings();
  chooseMicrophone(() => settings.device("microphone"));
  const speaker = () => {
    const sink = loudspeaker as HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };
    void sink.setSinkId?.(settings.device("speaker")).catch(() => undefined);
  };
  settings.onChange(speaker);
  speaker();
  const desk = new Desk(me, live, phone, settings);
  const again = new SessionDialog(login, () => {
    document.dispatchEvent(new CustomEvent("session-back"));
    live.renew();
  });
  const banners = new Banners(
    place("banners"),
    live,
    () => phone.state.talk !== null,
    (talking) => again.open(talking),
  );
  const say = announcer(place("announcer"));
  orders(say);
  new Dock(place("dock"), desk, say);
  notices(live, say);
  listenForShortcuts(desk);
  finishForms(desk);
  drawers();
  screenPop(desk);
  ringWith(desk, settings);
  island("call-panel", callPanel(desk));
  island("idle", idle(desk, live));
  island("floor", floor(live));
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-testid=sign-in]")) askForNotices();
  });
  for (const act of ["pointerdown", "keydown", "wheel"]) {
    document.addEventListener(act, () => live.noteUse(), { capture: true, passive: true });
  }
  window.addEventListener("online", () => live.hurry());
  document.addEventListener("visibilitychange", () => live.hurry());
  live.open();
  desk.begin(boot.desk ?? null, boot.seated);
  banners.draw();
  showToTests(desk, live);
}

function place(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found) return found;
  // An error page may come without it.
  const made = document.createElement("div");
  made.id = id;
  document.body.append(made);
  return made;
}
