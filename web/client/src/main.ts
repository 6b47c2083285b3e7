// The entry point: every page loads this one script.
import "@tabler/core/dist/css/tabler.min.css";
import "./kit/style/base.css";
import "./kit/style/shell.css";
import "./kit/style/components.css";
import "./kit/style/parts.css";
import "./kit/style/pages.css";
import "./live/states.css";
import "./desk/dock.css";
import "./desk/dial_box.css";
import "./desk/talk.css";
import "./desk/desk.css";
import "./desk/todo.css";
import "./desk/console.css";
import "./calls/calls.css";
import "./monitor/floor.css";
import "./queues/queues.css";
import "./notices/notices.css";
import "./try_it/try_it.css";

import { announcer, Banners, toastOfPage } from "./kit/banners";
import { bars } from "./kit/bars";
import { readBoot } from "./kit/boot";
import { callPanel } from "./desk/call_panel";
import { callLost } from "./calls/lost_calls";
import { chart } from "./kit/chart";
import { colleaguePanel } from "./desk/colleague_panel";
import { Colleagues } from "./desk/colleagues";
import { clickToDial } from "./desk/click_to_dial";
import { Desk } from "./desk/desk";
import { liveStates } from "./components/live_states";
import { copyButtons } from "./kit/copy";
import { dialogs } from "./kit/dialogs";
import { Dock } from "./desk/dock";
import { drawers } from "./desk/drawer";
import { keepDrafts } from "./kit/drafts";
import { finishForms } from "./desk/finish";
import { idle, idleKeys, myQueues } from "./desk/idle";
import { screenPop } from "./desk/screen_pop";
import { floor } from "./monitor/floor";
import { flowPicture } from "./flows/island";
import { seat } from "./monitor/seat";
import { speak } from "./kit/i18n";
import { island, settleIslands } from "./kit/islands";
import { JsSIPPhone } from "./desk/jssip_phone";
import { pageKeys } from "./kit/keys";
import { largeFiles } from "./kit/large_files";
import { LiveSocket } from "./live/live_socket";
import { chooseMicrophone } from "./desk/microphone";
import { PhoneSettings } from "./desk/phone_settings";
import { Pickups } from "./desk/pickups";
import { busyForms, closeMenus, followPages } from "./kit/navigation";
import { notices } from "./notices/notices";
import { orders } from "./kit/order";
import { optionalParts, settleParts } from "./kit/optional_parts";
import { player } from "./recordings/player";
import { progress } from "./kit/progress";
import { recordPrompt } from "./prompts/record";
import { remind } from "./desk/reminders";
import { ringWith } from "./desk/ring_notice";
import { searchBox } from "./search/search_box";
import { sharedCallsIsland } from "./desk/shared_calls";
import { SessionDialog } from "./sign_in/session_dialog";
import { Ticker } from "./desk/ticker";
import { TodoStore } from "./desk/todo";
import { listenForShortcuts } from "./desk/shortcuts";
import { sidebar } from "./kit/sidebar";
import { tables } from "./kit/tables";
import { unedited } from "./kit/unedited";
import { densitySwitch, themeSwitch } from "./kit/theme";
import { soundCheck } from "./try_it/sound_check";
import { tryIt } from "./try_it/try_it";
import { formRows } from "./queues/rows";
import { skillMatrix } from "./skills/matrix";
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
unedited();
largeFiles();
searchBox();
pageKeys();
island("chart", chart);
island("live-states", liveStates);
island("try-it", tryIt);
island("sound-check", soundCheck);
island("player", player);
island("record-prompt", recordPrompt);
island("skill-matrix", skillMatrix);
island("flow-picture", flowPicture);
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
  formRows(say);
  const colleagues = new Colleagues(live);
  const dock = new Dock(place("dock"), desk, say, colleagues);
  clickToDial(desk, (number, shown, customer) => dock.call(number, shown, customer));
  notices(live, say);
  bars(live);
  listenForShortcuts(desk);
  finishForms(desk);
  drawers();
  screenPop(desk);
  ringWith(desk, settings);
  island("call-panel", callPanel(desk));
  const pickups = new Pickups(desk, live);
  island("idle", idle(desk));
  island("my-queues", myQueues(desk, live));
  island("idle-keys", idleKeys(desk));
  island("shared-calls", sharedCallsIsland(desk, live, pickups));
  island("colleagues", colleaguePanel(desk, live, colleagues, dock));
  island("floor", floor(live, desk));
  island("seat", seat(live, desk));
  callLost(desk);
  const todo = new TodoStore(desk, live);
  new Ticker(place("ticker"), todo);
  remind(todo);
  for (const act of ["pointerdown", "keydown", "wheel"]) {
    document.addEventListener(act, () => live.noteUse(), { capture: true, passive: true });
  }
  window.addEventListener("online", () => live.hurry());
  document.addEventListener("visibilitychange", () => live.hurry());
  live.open();
  desk.seeListening = boot.see_listening ?? false;
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
