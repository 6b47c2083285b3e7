// What the dock offers for a talk: transfer, parking, and the actions of its parties.
import { nothing, type TemplateResult } from "lit-html";

import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import type { CallValue } from "../live/types";
import type { Desk } from "./desk";
import type { DeskView } from "./desk_view";
import type { Press } from "./dock";
import { partyGone } from "./handed";
import { showSlot } from "./slot_note";
import { talkPanel, type TalkDoes } from "./talk_panel";
import { targetName, type TalkAction } from "./talk_view";
import { TransferPanel, type TransferHearer, type Way } from "./transfer_panel";

const EXPECTED_MS = 3000; // so long after the agent's own request a party may go without a word

export class TalkActions {
  private panel: TransferPanel;
  private before: CallValue | null = null;
  private expectedUntil = 0;
  /** What became of the call that the agent left. */
  private parting = "";
  private wantsFocus = false;

  constructor(
    private desk: Desk,
    private press: Press,
    redraw: () => void,
    private announce: (sentence: string) => void,
  ) {
    this.panel = new TransferPanel(desk, redraw, this.hearer);
    desk.subscribe(() => this.notice());
  }

  /** Close what the present call does not offer. */
  settle(view: DeskView): void {
    if (!view.buttons.includes("transfer") && !view.talk?.actions.includes("add")) this.panel.close();
  }

  draw(view: DeskView): TemplateResult | typeof nothing {
    if (!view.talk) return nothing;
    return talkPanel(view.talk, this.does, this.desk.busy !== "", (action) => this.button(action));
  }

  transferButton(): TemplateResult {
    const look = this.panel.isOpen ? "active" : "";
    return this.panel.draw(this.press("transfer", "share", t("Transfer"), look, () => this.panel.toggle(false)));
  }

  /** Open the transfer panel with an agent chosen. */
  transferTo(extension: string): void {
    this.panel.choose(extension);
  }

  parkButton(): TemplateResult {
    return this.press("park", "parking", t("Park"), "", () => this.park());
  }

  /** The focus goes to the parties once after a consultation was started. */
  takeFocus(view: DeskView): boolean {
    if (!this.wantsFocus || !view.talk) return false;
    this.wantsFocus = false;
    document.querySelector<HTMLElement>("#dock [data-testid=dock-talk]")?.focus({ preventScroll: true });
    return true;
  }

  /** What became of the call that the agent left, if they did not end it; told once. */
  takeParting(): string {
    const { parting } = this;
    this.parting = "";
    return parting;
  }

  private button(action: TalkAction): TemplateResult {
    const press = (picture: string, label: string, look = "") =>
      this.press(action, picture, label, look, () => this.act(action));
    switch (action) {
      case "switch":
        return press("arrows-exchange", t("Switch"));
      case "complete":
        return press("check", t("Complete"), "btn-primary");
      case "conference":
        return press("users", t("Conference"));
      case "back":
        return press("arrow-left", t("Back to customer"));
      case "cancel":
        return press("x", t("Cancel"));
      case "add":
        return this.panel.draw(press("user-plus", t("Add"), this.panel.isOpen ? "active" : ""));
      case "end for all":
        return press("phone-off", t("End for all"), "btn-outline-danger");
    }
  }

  private act(action: TalkAction): void {
    const { desk } = this;
    switch (action) {
      case "add":
        return this.panel.toggle(true);
      case "switch":
        return void desk.act("shuttle");
      case "complete":
        return this.complete();
      case "conference":
        return void desk.act("conference");
      case "back":
      case "cancel":
        this.expect();
        return void desk.act("take-back");
      case "end for all": {
        const customer = desk.call?.legs.find((leg) => leg.role === "customer");
        if (customer) void desk.party("drop", customer.id);
      }
    }
  }

  private does: TalkDoes = {
    act: (action) => this.act(action),
    mute: (line) => void this.desk.party("mute", line.key, { on: !line.muted }),
    remove: (line) => {
      this.expect();
      void this.desk.party("drop", line.key);
    },
  };

  private complete(): void {
    const { desk } = this;
    if (desk.busy) return;
    const transfer = desk.call?.transfer;
    const name = transfer ? targetName(transfer) : "";
    this.parting = t("Transferred to {name}", { name });
    void desk.act("complete").then(() => {
      if (desk.problem) this.parting = "";
      else toast(t("Transferred to {name}", { name }));
    });
  }

  private park(): void {
    const { desk } = this;
    const call = desk.agent?.call;
    if (!call || desk.busy) return;
    this.parting = t("Call parked.");
    void desk.act("park").then(() => {
      if (desk.problem) this.parting = "";
      else showSlot(desk, call, this.announce);
    });
  }

  private hearer: TransferHearer = {
    asks: (way, name) => {
      this.wantsFocus = way === "consult";
      if (way !== "consult" && way !== "add") this.parting = partingWords(way, name);
    },
    done: (way, name) => {
      if (way !== "consult" && way !== "add") toast(partingWords(way, name));
    },
    refused: () => {
      this.parting = "";
      this.wantsFocus = false;
    },
  };

  private expect(): void {
    this.expectedUntil = Date.now() + EXPECTED_MS;
  }

  /** Tell that a party has gone, unless the agent asked for it. */
  private notice(): void {
    const { call, agent } = this.desk;
    const sentence = agent ? partyGone(this.before, call, agent.id) : "";
    this.before = call;
    if (!sentence) return;
    if (Date.now() > this.expectedUntil) this.desk.complain(sentence);
    this.expectedUntil = 0; // one request, one party
  }
}

function partingWords(way: Way, name: string): string {
  return way === "wait" ? t("The customer waits for {name}", { name }) : t("Transferred to {name}", { name });
}
