// When a page shows what it was told: put into the page before its own scripts. It listens beside
// the page to its live socket, looks at the page whenever something in it changed, and notes the
// moment after the frame in which the new state stands there. Times are Date.now(). The floor draws
// of its lists what is near the window: what is elsewhere when it changes is counted as out of sight.
(() => {
  const screen = { changes: [], pops: [], frames: 0, outOfSight: 0 };
  window.hotlineScreen = screen;
  const since = new Map(); // "agent:7" → the `since` that was told last
  const open = new Map(); // "agent:7" → changes that are not on the screen yet
  const callers = new Map(); // call → the caller's number
  let pop = null;
  let due = false;

  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...words) {
      super(...words);
      if (new URL(words[0], location.href).pathname !== "/live") return;
      this.addEventListener("message", (event) => hear(JSON.parse(event.data), Date.now()));
    }
  };

  function hear(message, at) {
    const first = Boolean(message.snapshot);
    for (const { kind, id, value } of message.items ?? message.snapshot?.items ?? []) {
      if (kind !== "agent" && kind !== "call") continue;
      const key = `${kind}:${id}`;
      if (value === null) {
        since.delete(key);
        open.delete(key);
        continue;
      }
      if (kind === "call") callers.set(id, value.caller);
      if (since.get(key) === value.since) continue;
      since.set(key, value.since);
      if (first) continue;
      if (document.querySelector("[data-testid=agent-grid]") && !document.querySelector(`[data-${kind}="${CSS.escape(id)}"]`)) {
        screen.outOfSight += 1;
        continue;
      }
      if (!open.has(key)) open.set(key, []);
      open.get(key).push({ kind, state: value.state, since: Date.parse(value.since), heard: at });
      if (kind === "agent" && value.state === "offered" && value.call) ring(value, at);
    }
    look();
  }

  function ring(agent, at) {
    if (!document.getElementById("card")) return;
    pop = { call: agent.call, offered: Date.parse(agent.since), heard: at, dock: 0, card: 0 };
    screen.pops.push(pop);
  }

  // After the frame: a message sent to oneself within it is read when it has been drawn.
  const after = new MessageChannel();
  after.port1.onmessage = () => {
    due = false;
    screen.frames += 1;
    compare(Date.now());
  };

  function look() {
    if (due || !(open.size || pop)) return;
    due = true;
    requestAnimationFrame(() => after.port2.postMessage(0));
  }

  function compare(at) {
    const shown = new Map();
    const dock = document.getElementById("dock");
    const floor = document.querySelector("[data-testid=agent-grid]");
    for (const one of document.querySelectorAll("[data-testid=agent-tile]")) {
      shown.set(`agent:${one.dataset.agent}`, one.dataset.state);
    }
    for (const one of document.querySelectorAll("[data-testid=live-call]")) {
      shown.set(`call:${one.dataset.call}`, one.dataset.state);
    }
    const here = window.hotline?.agent;
    if (!floor && here) shown.set(`agent:${here.id}`, dock?.dataset.state);
    for (const [key, changes] of open) {
      // A call that has ended leaves the table, and a tile whose place is elsewhere now its window.
      const left = floor && !shown.has(key);
      const found = changes.findLastIndex(({ state }) => left || state === (shown.get(key) ?? "ended"));
      if (!floor && key.startsWith("call:")) open.delete(key);
      if (found < 0) continue;
      for (const change of changes.splice(0, found + 1)) screen.changes.push({ ...change, shown: at });
      if (!changes.length) open.delete(key);
    }
    if (pop) comparePop(dock, at);
  }

  function comparePop(dock, at) {
    const name = dock?.querySelector("[data-testid=caller-name]")?.textContent?.trim();
    if (!pop.dock && dock?.dataset.state === "offered" && name) pop.dock = at;
    const card = document.getElementById("card");
    const known = card?.querySelector("[data-testid=card-name]")?.textContent?.trim();
    if (card?.dataset.call === pop.call && known) {
      pop.card = at;
      pop.known = card.dataset.known;
      pop.caller = callers.get(pop.call) ?? "";
      // Shown before we looked for it in the dock: both stood there in this frame.
      pop.dock ||= name ? at : 0;
      pop = null;
    }
  }

  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})();
