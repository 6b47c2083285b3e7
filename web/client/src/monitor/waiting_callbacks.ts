// How many customers wait for a callback from a queue: told apart from those on the line.
import { html, nothing, type TemplateResult } from "lit-html";

import { t } from "../kit/i18n";
import type { QueueValue } from "../live/types";
import { mayOpenCalls } from "./links";

/** The callbacks of a queue, leading to their list; nothing if there are none. */
export function callbacksOf(queue: QueueValue): TemplateResult | typeof nothing {
  if (!queue.callbacks) return nothing;
  const told = t("Callbacks: {count}", { count: queue.callbacks });
  const url = `/callbacks?state=open&queue=${encodeURIComponent(queue.key)}`;
  return html`<span class="d-block text-secondary fw-normal" data-testid="queue-callbacks"
    >${mayOpenCalls() ? html`<a class="row-link" href=${url}>${told}</a>` : told}</span
  >`;
}
