// The way in: every page loads this one script.
import "@tabler/core/dist/css/tabler.min.css";
import "./style/base.css";
import "./style/dock.css";
import "./style/pages.css";

import { announcer, Banners } from "./banners";
import { readBoot } from "./boot";
import { callPanel } from "./call_panel";
import { Desk } from "./desk";
import { Dock } from "./dock";
import { keepDrafts } from "./drafts";
import { floor } from "./floor";
import { speak } from "./i18n";
import { island, settleIslands } from "./islands";
import { JsSIPPhone } from "./jssip_phone";
import { LiveSocket } from "./live_socket";
import { busyForms, closeMenus, followPages } from "./navigation";
import { player } from "./player";
import { askForNotices, ringWith } from "./ring_notice";
import { listenForShortcuts } from "./shortcuts";
import { themeSwitch } from "./theme";
import { tryIt } from "./try_it";
import { showToTests } from "./window_state";

const boot = readBoot();
speak(document.documentElement.lang);
themeSwitch();
closeMenus();
busyForms();
keepDrafts();
followPages();
island("try-it", tryIt);
island("player", player);
if (boot.user) startDesk(boot.user.id);
else new Banners(place("banners"), null, () => false).draw();
settleIslands();

function startDesk(me: number): void {
  const live = new LiveSocket(boot.live);
  const loudspeaker = document.createElement("audio");
  loudspeaker.id = "loudspeaker";
  loudspeaker.autoplay = true;
  document.body.append(loudspeaker);
  const phone = new JsSIPPhone(loudspeaker);
  const desk = new Desk(me, live, phone);
  const banners = new Banners(place("banners"), live, () => phone.state.talk !== null);
  new Dock(place("dock"), desk, announcer(place("announcer")));
  listenForShortcuts(desk);
  ringWith(desk);
  island("call-panel", callPanel(desk));
  island("floor", floor(live));
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-testid=sign-in]")) askForNotices();
  });
  window.addEventListener("online", () => live.hurry());
  document.addEventListener("visibilitychange", () => live.hurry());
  live.open();
  desk.begin(boot.desk ?? null);
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
