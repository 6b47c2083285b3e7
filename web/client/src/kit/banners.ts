// Banners across the page (reconnecting, session over, new version) and short messages.
import { html, nothing, render, type TemplateResult } from "lit-html";

import { readBoot } from "./boot";
import { t } from "./i18n";
import { icon } from "./icon";
import type { LiveSocket } from "../live/live_socket";

/** Ask for the password again, beside the page (during a talk) or over it. */
export type AskAgain = (talking: boolean) => void;

export class Banners {
  private sessionOver = false;
  private build = readBoot().build;
  private newBuild = "";

  constructor(
    private place: HTMLElement,
    private live: LiveSocket | null,
    private talking: () => boolean,
    private askAgain: AskAgain | null = null,
  ) {
    document.addEventListener("session-over", (event) => {
      this.over(Boolean((event as CustomEvent<{ asked?: boolean } | null>).detail?.asked));
    });
    document.addEventListener("session-back", () => {
      this.sessionOver = false;
      this.draw();
    });
    document.addEventListener("hotline:build", (event) => {
      this.noteBuild(String((event as CustomEvent).detail));
    });
    live?.subscribe(() => {
      if (live.line === "over") this.over();
      this.noteBuild(live.state.build);
      this.draw();
    });
  }

  /** During a talk it is only a banner. `asked`: the user has requested something. */
  private over(asked = false): void {
    const known = this.sessionOver;
    this.sessionOver = true;
    this.draw();
    if ((asked || !known) && !this.talking()) this.askAgain?.(false);
  }

  draw(): void {
    render(html`${this.session()}${this.connection()}${this.version()}`, this.place);
  }

  private noteBuild(build: string): void {
    if (!build || !this.build || build === this.build || build === this.newBuild) return;
    this.newBuild = build;
    this.draw();
  }

  private session(): TemplateResult | typeof nothing {
    if (!this.sessionOver) return nothing;
    const back = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
    return banner(
      "warning",
      "alert-triangle",
      "session-over",
      html`${this.talking()
          ? t("Your session has ended. Your call continues; sign in again after it.")
          : t("Your session has ended.")}
        ${this.askAgain
          ? html`<button type="button" class="btn btn-sm" data-testid="session-again"
              @click=${() => this.askAgain?.(this.talking())}>${t("Sign in again")}</button>`
          : html`<a class="alert-link" href=${back}>${t("Sign in again")}</a>`}`,
    );
  }

  private connection(): TemplateResult | typeof nothing {
    const { live } = this;
    if (!live || live.line === "over") return nothing;
    if (live.line === "lost") {
      return banner(
        "warning",
        "plug-connected-x",
        "reconnecting",
        html`${t("Reconnecting… This page may be out of date.")}`,
      );
    }
    if (live.line === "open" && live.state.away) {
      return banner(
        "warning",
        "cloud-off",
        "engine-away",
        html`${t("The call engine is not responding. Calls continue; this page may be out of date.")}`,
      );
    }
    return nothing;
  }

  private version(): TemplateResult | typeof nothing {
    if (!this.newBuild) return nothing;
    return banner(
      "info",
      "refresh",
      "new-version",
      html`${t("A new version of Hotline is ready.")}
        <button type="button" class="btn btn-sm" ?disabled=${this.talking()} @click=${() => location.reload()}>
          ${t("Reload")}
        </button>`,
    );
  }
}

function banner(look: string, picture: string, name: string, words: TemplateResult): TemplateResult {
  return html`<div class="alert alert-${look} banner" role="status" data-testid="banner-${name}">
    ${icon(picture)}<span>${words}</span>
  </div>`;
}

/** Announce a sentence to screen readers. */
export function announcer(place: HTMLElement): (sentence: string) => void {
  return (sentence) => {
    place.textContent = sentence;
  };
}

/** Show the message that the server gave this page about what was just done. */
export function toastOfPage(): void {
  const { toast: sentence } = readBoot();
  if (sentence) toast(sentence);
}

/** A short message at the edge of the page, which disappears by itself. */
export function toast(sentence: string, look: "success" | "danger" = "success"): void {
  const place = document.getElementById("toasts");
  if (!place) return;
  const note = document.createElement("div");
  note.className = `alert alert-${look} toast-note`;
  note.setAttribute("role", look === "danger" ? "alert" : "status");
  note.textContent = sentence;
  place.append(note);
  window.setTimeout(() => note.remove(), look === "danger" ? 10_000 : 4000);
}
