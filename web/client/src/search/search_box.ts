// The search box of the top bar: its results are below it and reachable with the arrows.
import htmx from "htmx.org";

import { nextPlace } from "./search_place";

export function searchBox(): void {
  const box = document.querySelector<HTMLInputElement>("#search");
  const list = document.getElementById("search-results");
  if (!box || !list) return;
  new SearchBox(box, list).listen();
}

class SearchBox {
  private at = -1;

  constructor(
    private box: HTMLInputElement,
    private list: HTMLElement,
  ) {}

  listen(): void {
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.box.addEventListener("input", () => {
      if (!this.box.value.trim()) this.close();
    });
    this.box.addEventListener("focus", () => this.settle());
    this.box.addEventListener("htmx:beforeRequest", (event) => {
      if (!this.box.value.trim()) event.preventDefault();
    });
    this.list.addEventListener("htmx:afterSettle", () => this.settle());
    this.list.addEventListener("click", (event) => {
      if ((event.target as Element).closest("a[href]")) this.leave();
    });
    document.addEventListener("click", (event) => {
      if (!(event.target as Element).closest(".search-box")) this.close();
    });
    document.addEventListener("focusin", (event) => {
      if (!(event.target as Element).closest(".search-box")) this.close();
    });
  }

  private options(): HTMLAnchorElement[] {
    return [...this.list.querySelectorAll<HTMLAnchorElement>("a[href]")];
  }

  /** Results have come: make them options of a list box, and show them. */
  private settle(): void {
    for (const one of this.list.querySelectorAll("ul, ol, li, section, div, h2, h3, h4, p")) {
      if (!one.hasAttribute("role")) one.setAttribute("role", "presentation");
    }
    this.options().forEach((option, place) => {
      option.id = `search-option-${place}`;
      option.setAttribute("role", "option");
      option.tabIndex = -1;
    });
    this.at = -1;
    const something = this.list.textContent?.trim() && this.box.value.trim();
    if (something && document.activeElement === this.box) this.open();
    else this.close();
  }

  private press(event: KeyboardEvent): void {
    const options = this.options();
    if (event.key === "Escape") {
      if (this.list.hidden) this.box.value = "";
      this.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const chosen = options[Math.max(0, this.at)];
      if (!this.list.hidden && chosen) chosen.click();
      else htmx.trigger(this.box, "hotline:search", {});
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options.length) return;
      event.preventDefault();
      this.open();
      this.at = nextPlace(this.at, options.length, event.key === "ArrowDown" ? 1 : -1);
      this.mark(options);
    }
  }

  private mark(options: HTMLAnchorElement[]): void {
    options.forEach((option, place) => {
      option.classList.toggle("active", place === this.at);
      option.setAttribute("aria-selected", String(place === this.at));
    });
    const now = options[this.at];
    if (now) this.box.setAttribute("aria-activedescendant", now.id);
    else this.box.removeAttribute("aria-activedescendant");
    now?.scrollIntoView({ block: "nearest" });
  }

  private open(): void {
    this.list.hidden = false;
    this.box.setAttribute("aria-expanded", "true");
  }

  private close(): void {
    this.list.hidden = true;
    this.at = -1;
    this.box.setAttribute("aria-expanded", "false");
    this.mark(this.options());
  }

  private leave(): void {
    this.box.value = "";
    this.close();
  }
}
