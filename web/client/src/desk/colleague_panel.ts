// The console of the workspace: a lamp for each colleague, and what a click on it does.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { repeat } from "lit-html/directives/repeat.js";

import { everySecond, now } from "../kit/clock";
import { duration, secondsSince } from "../kit/format";
import { frames } from "../kit/frame";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Mount } from "../kit/islands";
import type { Lamp } from "../live/lamps";
import type { LiveSocket } from "../live/live_socket";
import { backWords } from "../live/planned_end";
import type { Colleagues } from "./colleagues";
import {
  colleaguesShown,
  deedIcon,
  deedName,
  deedOf,
  lampSign,
  lampState,
  lampWord,
  placeAfter,
  type Colleague,
  type Deed,
  type Order,
} from "./colleague_view";
import type { Desk } from "./desk";
import { deskView } from "./desk_view";
import type { Dock } from "./dock";
import { pauseReasonName } from "./pause_reason";
import { queueLamps } from "./queue_lamps";
import { isTaken } from "./shortcuts";
import { wish } from "./wishes";

const ORDER = "hotline-colleagues-order"; // in the browser's storage
const LONGEST = 64;

/** Who does what a click asks for. */
interface Console {
  desk: Desk;
  live: LiveSocket;
  colleagues: Colleagues;
  dock: Dock;
}

export function colleaguePanel(desk: Desk, live: LiveSocket, colleagues: Colleagues, dock: Dock): Mount {
  return (place) => new ColleaguePanel(place, { desk, live, colleagues, dock }).mount();
}

class ColleaguePanel {
  private typed = "";
  private order: Order = localStorage.getItem(ORDER) === "extension" ? "extension" : "free";
  /** The colleague whose tile takes the focus with Tab. */
  private at = 0;
  private shown: Colleague[] = [];

  constructor(
    private place: HTMLElement,
    private console: Console,
  ) {}

  mount(): () => void {
    const { desk, colleagues } = this.console;
    this.place.replaceChildren();
    const drawing = frames(() => this.draw());
    document.addEventListener("keydown", this.onPageKey);
    const stops = [everySecond(drawing.soon), desk.subscribe(drawing.soon), colleagues.watch(drawing.soon)];
    this.draw();
    return () => {
      for (const stop of stops) stop();
      document.removeEventListener("keydown", this.onPageKey);
      drawing.stop();
    };
  }

  private draw(): void {
    const { desk, live, colleagues } = this.console;
    const { buttons } = deskView(desk.moment(), now());
    const may = { dial: buttons.includes("dial"), transfer: buttons.includes("transfer") };
    this.shown = colleaguesShown(colleagues.all, colleagues.lamps, this.typed, this.order);
    if (!this.shown.some((one) => one.id === this.at)) this.at = this.shown[0]?.id ?? 0;
    const free = this.shown.filter((one) => colleagues.lamp(one)?.free).length;
    render(
      html`<div class="console-head">
          <h2 class="card-title" id="console-title">${t("Colleagues")}</h2>
          <span class="text-secondary" data-testid="colleagues-free">${t("{count} free", { count: free })}</span>
          ${this.filter()} ${this.orderButton()}
        </div>
        ${queueLamps(desk.agent, live.state)}
        ${this.shown.length ? this.tiles(may) : this.nothing()}`,
      this.place,
    );
  }

  private filter(): TemplateResult {
    return html`<input
      type="search"
      class="form-control"
      maxlength=${LONGEST}
      autocomplete="off"
      aria-label=${t("Find a colleague")}
      placeholder=${t("Name, extension or group")}
      aria-keyshortcuts="l"
      data-testid="colleague-filter"
      .value=${this.typed}
      @input=${(event: Event) => {
        this.typed = (event.target as HTMLInputElement).value;
        this.draw();
      }}
      @keydown=${this.onFilterKey}
    />`;
  }

  private orderButton(): TemplateResult {
    const label = this.order === "free" ? t("Free first") : t("By extension");
    return html`<button
      type="button"
      class="btn btn-sm"
      title=${t("Change the order")}
      data-testid="colleague-order"
      data-order=${this.order}
      @click=${() => {
        this.order = this.order === "free" ? "extension" : "free";
        localStorage.setItem(ORDER, this.order);
        this.draw();
      }}
    >
      ${icon("selector")}${label}
    </button>`;
  }

  private nothing(): TemplateResult {
    const { all, known } = this.console.colleagues;
    const says = all.length ? t("No colleague matches.") : known ? t("There is no other agent yet.") : t("Loading…");
    return html`<p class="text-secondary m-0 p-3" data-testid="no-colleague">${says}</p>`;
  }

  private tiles(may: { dial: boolean; transfer: boolean }): TemplateResult {
    const { desk, colleagues, live } = this.console;
    const stale = desk.moment().stale || live.line !== "open";
    const second = Math.floor(now() / 1000);
    return html`<ul
      class="lamp-grid"
      aria-labelledby="console-title"
      data-testid="colleagues"
      ?data-stale=${stale}
      @keydown=${this.onGridKey}
      @click=${this.onClick}
    >
      ${repeat(this.shown, (one) => one.id, (one) => {
        const lamp = colleagues.lamp(one);
        const deed = stale ? "" : deedOf(one, lamp, desk.agent, may);
        const isWished = desk.agent?.wishes?.includes(one.id) ?? false;
        const tab = one.id === this.at;
        return guard([one, lamp, deed, isWished, tab, desk.busy !== "", second], () => tile(one, lamp, deed, isWished, tab));
      })}
    </ul>`;
  }

  private onClick = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-colleague]");
    const one = this.shown.find((other) => String(other.id) === button?.dataset.colleague);
    if (!one) return;
    this.at = one.id;
    this.act(one, (button?.dataset.deed ?? "") as Deed);
  };

  private act(one: Colleague, deed: Deed): void {
    const { desk, dock } = this.console;
    switch (deed) {
      case "call":
        return dock.call(one.extension, one.name, null);
      case "transfer":
      case "wait":
        return dock.transferTo(one.extension);
      case "when free":
      case "forget":
        return void wish(desk, one.id, deed === "when free");
      case "":
        if (desk.agent?.state === "signed out") desk.complain(t("Connect a phone first."));
    }
  }

  private onGridKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const at = this.shown.findIndex((one) => one.id === this.at);
    const to = placeAfter(event.key, at, this.shown.length, this.columns());
    if (to === null) return;
    event.preventDefault();
    this.goTo(to);
  };

  private onFilterKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.goTo(0);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.goTo(0);
      if (this.typed.trim()) this.button(0)?.click();
    } else if (event.key === "Escape" && this.typed) {
      event.stopPropagation();
      this.typed = "";
      this.draw();
    }
  };

  private onPageKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat) return;
    if (event.key !== "l" || event.defaultPrevented || isTaken(event)) return;
    event.preventDefault();
    this.place.querySelector<HTMLInputElement>("[data-testid=colleague-filter]")?.select();
    this.place.scrollIntoView({ block: "nearest" });
  };

  private goTo(place: number): void {
    const one = this.shown[place];
    if (!one) return;
    this.at = one.id;
    this.draw();
    this.button(place)?.focus();
  }

  private button(place: number): HTMLButtonElement | null {
    return this.place.querySelector<HTMLButtonElement>(`[data-colleague="${this.shown[place]?.id}"]`);
  }

  /** How many tiles stand beside each other. */
  private columns(): number {
    const tiles = [...this.place.querySelectorAll<HTMLElement>("[data-colleague]")];
    const top = tiles[0]?.offsetTop;
    const next = tiles.findIndex((one) => one.offsetTop !== top);
    return next < 0 ? Math.max(1, tiles.length) : next;
  }
}

function tile(one: Colleague, lamp: Lamp | null, deed: Deed, isWished: boolean, tab: boolean): TemplateResult {
  const seconds = lamp && lamp.state !== "signed out" ? secondsSince(lamp.since, now()) : null;
  const paused = lamp?.state === "paused" && lampState(lamp) === "paused";
  const more = paused ? [pauseReasonName(lamp.reason), backWords(lamp.back_at, now())] : [];
  const doing = [lampWord(lamp), ...more].filter(Boolean).join(" · ");
  const place = [one.extension, one.group].filter(Boolean).join(" · ");
  const does = deedName(deed);
  // Read after what is seen; a label in its place would have to repeat the time that passes.
  const told = [isWished ? t("You are called when they are free") : "", does].filter(Boolean).join(", ");
  return html`<li>
    <button
      type="button"
      class="lamp-tile"
      tabindex=${tab ? 0 : -1}
      data-testid="colleague"
      data-colleague=${one.id}
      data-extension=${one.extension}
      data-state=${lampState(lamp)}
      data-deed=${deed}
      ?data-wished=${isWished}
      aria-disabled=${deed ? nothing : "true"}
      title=${[one.name, place, doing, does].filter(Boolean).join(" · ")}
    >
      <span class="lamp-sign" aria-hidden="true">${icon(lampSign(lamp))}</span>
      <span class="lamp-text">
        <span class="lamp-name"><bdi class="text-truncate">${one.name}</bdi> <span class="text-secondary">${one.extension}</span></span>
        <span class="lamp-doing"
          ><span class="task text-truncate" data-testid="lamp-word">${doing}</span>
          ${one.group ? html`<span class="lamp-group text-secondary text-truncate">${one.group}</span>` : nothing}
          ${seconds === null ? nothing : html`<span class="numeric text-secondary">${duration(seconds)}</span>`}</span
        >
      </span>
      ${isWished
        ? html`<span class="lamp-wish" data-testid="lamp-wished">${icon("bell")}${icon("x")}</span>`
        : deed
          ? html`<span class="lamp-deed" aria-hidden="true">${icon(deedIcon(deed))}</span>`
          : nothing}
      <span class="visually-hidden">${told}</span>
    </button>
  </li>`;
}
