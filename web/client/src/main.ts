// The way in: every page loads this one script.
import "@tabler/core/dist/css/tabler.min.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/components.css";
import "./style/parts.css";
import "./style/dock.css";
import "./style/pages.css";

import { announcer, Banners } from "./banners";
import { readBoot } from "./boot";
import { callPanel } from "./call_panel";
import { chart } from "./chart";
import { Desk } from "./desk";
import { dialogs } from "./dialogs";
import { Dock } from "./dock";
import { keepDrafts } from "./drafts";
import { floor } from "./floor";
import { speak } from "./i18n";
import { island, settleIslands } from "./islands";
import { JsSIPPhone } from "./jssip_phone";
import { pageKeys } from "./keys";
import { LiveSocket } from "./live_socket";
import { busyForms, closeMenus, followPages } from "./navigation";
import { notices } from "./notices";
import { orders } from "./order";
import { player } from "./player";
import { progress } from "./progress";
import { askForNotices, ringWith } from "./ring_notice";
import { searchBox } from "./search_box";
import { SessionDialog } from "./session_dialog";
import { listenForShortcuts } from "./shortcuts";
import { sidebar } from "./sidebar";
import { tables } from "./tables";
import { densitySwitch, themeSwitch } from "./theme";
import { soundCheck } from "./sound_check";
import { tryIt } from "./try_it";
import { showToTests } from "./window_state";

const boot = readBoot();
speak(document.documentElement.lang);
themeSwitch();
densitySwitch();
sidebar();
dialogs();
closeMenus();
busyForms();
keepDrafts();
followPages();
progress();
tables();
searchBox();
pageKeys();
island("chart", chart);
island("try-it", tryIt);
island("sound-check", soundCheck);
island("player", player);
if (boot.user) startDesk(boot.user.id, boot.user.login);
else new Banners(place("banners"), null, () => false).draw();
settleIslands();

function startDesk(me: number, login: string): void {
  const live = new LiveSocket(boot.live);
  const loudspeaker = document.createElement("audio");
  loudspeaker.id = "loudspeaker";
  loudspeaker.autoplay = true;
  document.body.append(loudspeaker);
  const phone = new JsSIPPhone(loudspeaker);
  const desk = new Desk(me, live, phone);
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
  ringWith(desk);
  island("call-panel", callPanel(desk));
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
