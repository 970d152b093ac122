// The Raw tab: values that lead to themselves, the path of the one that is pointed at, and copying
// exactly what the export's address answers.
"use strict";
(() => {
  // Within this, changes of the query are one step of Back.
  const ONE_STEP = 3000;
  const form = document.getElementById("raw-form");
  const box = document.getElementById("raw-query");
  const bar = document.getElementById("raw-path");
  const announcer = document.getElementById("announcer");
  let typedAt = -Infinity;
  let asked = false;

  const region = () => document.getElementById("raw");
  const links = () => [...region().querySelectorAll(".raw-listing a")];
  const queryOf = (link) => new URL(link.href).searchParams.get("query");

  const ask = (query) => {
    box.value = query;
    window.htmx.trigger(form, "portal:ask");
  };

  const show = (link) => {
    const code = document.createElement("code");
    code.textContent = queryOf(link);
    bar.replaceChildren(code);
  };
  const idle = () => bar.replaceChildren(bar.dataset.idle);

  // One stop of the Tab key for the whole listing; the arrow keys go on from there.
  const settle = () => {
    for (const link of links()) link.tabIndex = -1;
    if (!region().contains(document.activeElement) && !region().matches(":hover")) idle();
  };

  document.addEventListener("keydown", (event) => {
    const listing = event.target.closest?.(".raw-listing");
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (!listing || !(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = links();
    if (!all.length) return;
    event.preventDefault();
    const at = all.indexOf(event.target);
    const next = all[Math.min(Math.max(at + steps[event.key], 0), all.length - 1)];
    show(next);
    next.setAttribute("aria-describedby", bar.id);
    next.focus();
  });

  for (const [over, out] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    document.addEventListener(over, (event) => {
      const link = event.target.closest?.(".raw-listing a");
      if (link) show(link);
    });
    document.addEventListener(out, (event) => {
      if (event.target.closest?.(".raw-listing a")) idle();
    });
  }

  let pressed = null;
  document.addEventListener("pointerdown", (event) => (pressed = event));

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("#raw-examples a, .raw-listing a");
    if (!link) return;
    event.preventDefault();
    // Whoever selects text of a value does not mean its link.
    const moved = pressed && Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY);
    if (event.detail && (moved > 4 || !document.getSelection().isCollapsed)) return;
    ask(queryOf(link));
    box.focus({ preventScroll: event.detail > 0 });
  });

  document.getElementById("raw-clear").addEventListener("click", () => {
    ask("");
    box.focus();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-export]");
    if (!button) return;
    const words = button.lastElementChild;
    const read = async () => {
      const answer = await fetch(button.dataset.export);
      if (!answer.ok) throw new Error(answer.status);
      // A mark of the byte order is part of the text, and would be dropped.
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await answer.arrayBuffer());
    };
    try {
      await navigator.clipboard.writeText(await read());
      words.textContent = "Copied";
      announcer.textContent = "Copied: the export";
    } catch {
      words.textContent = "Not copied";
      announcer.textContent = "The browser did not allow copying. Download the export instead.";
    }
    setTimeout(() => (words.textContent = "Copy"), 1600);
  });

  // An address says only what is asked for.
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = event.detail;
    if (elt !== form) return;
    asked = true;
    if (!parameters.query) delete parameters.query;
  });

  document.body.addEventListener("htmx:beforeHistoryUpdate", (event) => {
    const { history, requestConfig } = event.detail;
    const typing = requestConfig?.triggeringEvent?.type === "input";
    if (typing && performance.now() - typedAt < ONE_STEP) history.type = "replace";
    typedAt = typing ? performance.now() : -Infinity;
  });

  document.body.addEventListener("htmx:afterSettle", () => {
    const wrong = document.querySelector("#raw-said .raw-error") !== null;
    if (wrong) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
    if (asked && !wrong) announcer.textContent = region().dataset.said;
    asked = false;
    settle();
  });

  // Where the tabs do not fit, this one stands at their end.
  const tabs = document.querySelector(".tabs");
  if (tabs) tabs.scrollLeft = tabs.scrollWidth;

  settle();
})();
