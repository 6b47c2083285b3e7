// Signing in again after the session's end, without losing the page, its input, or a talk.
import { html, nothing, render } from "lit-html";

import { t } from "../kit/i18n";

const SECOND_FACTOR = "urn:hotline:problem:second-factor";

interface Refusal {
  type?: string;
  detail?: string;
  title?: string;
}

export class SessionDialog {
  private dialog: HTMLDialogElement | null = null;
  private problem = "";
  private code = false;
  private busy = false;

  /** `back` is called when the same user is signed in again. */
  constructor(
    private login: string,
    private back: () => void,
  ) {}

  /** Show it: over the whole page, or beside it during a talk, when the keys must stay usable. */
  open(talking: boolean): void {
    if (this.dialog) {
      this.dialog.querySelector<HTMLInputElement>("#again-password")?.focus();
      return;
    }
    const dialog = document.createElement("dialog");
    dialog.className = "hotline-dialog session-dialog";
    dialog.dataset.testid = "dialog-session";
    dialog.setAttribute("aria-labelledby", "again-title");
    dialog.addEventListener("close", () => {
      dialog.remove();
      this.dialog = null;
    });
    document.body.append(dialog);
    this.dialog = dialog;
    this.problem = "";
    this.code = false;
    this.draw();
    if (talking) dialog.show();
    else dialog.showModal();
    dialog.querySelector<HTMLInputElement>("#again-password")?.focus();
  }

  private draw(): void {
    if (!this.dialog) return;
    render(
      html`<form class="dialog-body" data-testid="session-form" @submit=${(event: Event) => void this.send(event)}>
        <h2 id="again-title">${t("Your session has ended.")}</h2>
        <p class="text-secondary">${t("Sign in again. What you have typed is kept.")}</p>
        ${this.problem
          ? html`<div class="alert alert-danger" role="alert" data-testid="session-problem">${this.problem}</div>`
          : nothing}
        <label class="form-label" for="again-login">${t("Username")}</label>
        <input class="form-control mb-3" id="again-login" name="login" autocomplete="username" autocapitalize="none" spellcheck="false" required .value=${this.login} />
        <label class="form-label" for="again-password">${t("Password")}</label>
        <input class="form-control mb-3" id="again-password" name="password" type="password" autocomplete="current-password" required />
        ${this.code
          ? html`<label class="form-label" for="again-code">${t("Code from your authenticator")}</label>
              <input class="form-control mb-3" id="again-code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="20" required />`
          : nothing}
        <div class="dialog-foot">
          <button type="button" class="btn" data-testid="session-later" @click=${() => this.dialog?.close()}>
            ${t("Later")}
          </button>
          <button class="btn btn-primary" data-testid="session-send" ?disabled=${this.busy}>${t("Sign in")}</button>
        </div>
      </form>`,
      this.dialog,
    );
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const typed = new FormData(event.target as HTMLFormElement);
    const login = String(typed.get("login") ?? "").trim();
    this.busy = true;
    this.problem = "";
    this.draw();
    try {
      const answer = await signIn(typed);
      if (answer.csrf === undefined) this.refuse(answer);
      else if (login.toLowerCase() !== this.login.toLowerCase()) location.assign("/");
      else {
        takeWord(answer.csrf);
        this.dialog?.close();
        this.back();
      }
    } catch {
      this.problem = t("The server cannot be reached. Please try again in a moment.");
    }
    this.busy = false;
    this.draw();
    this.dialog?.querySelector<HTMLInputElement>(this.code ? "#again-code" : "#again-password")?.focus();
  }

  private refuse(refusal: Refusal): void {
    // The first time it is no mistake: the user did not expect the question.
    const first = refusal.type === SECOND_FACTOR && !this.code;
    this.code ||= refusal.type === SECOND_FACTOR;
    if (!first) this.problem = refusal.detail || refusal.title || t("Something went wrong. Try again.");
  }
}

/** The sign-in page gives the form's CSRF token; it is sent with the password. */
async function signIn(typed: FormData): Promise<Refusal & { csrf?: string }> {
  const page = await (await fetch("/sign-in", { headers: { Accept: "text/html" } })).text();
  const before = new DOMParser().parseFromString(page, "text/html");
  const word = before.querySelector<HTMLMetaElement>("meta[name=csrf]")?.content ?? "";
  const body = new URLSearchParams({ csrf: word });
  for (const [name, value] of typed) if (typeof value === "string") body.set(name, value);
  const answer = await fetch("/sign-in", {
    method: "POST",
    headers: { Accept: "application/json" },
    body,
  });
  return (await answer.json()) as Refusal & { csrf?: string };
}

/** Every form of the page gets the new session's CSRF token. */
function takeWord(word: string): void {
  const meta = document.querySelector<HTMLMetaElement>("meta[name=csrf]");
  if (meta) meta.content = word;
  for (const field of document.querySelectorAll<HTMLInputElement>("input[name=csrf]")) {
    field.value = word;
  }
}
