// Keeps the polled region of a page true: one experiment, what is printed of it, or the fleet. The
// server decides what changed and how often to ask; this file decides when: while the tab is seen,
// not paused, and slower while the portal cannot be reached.
"use strict";
(() => {
  const SLOWEST = 30;
  const region = () => document.querySelector("#experiment, #fleet, #raw");
  const state = document.getElementById("poll-state");
  const button = document.getElementById("pause");
  const offline = document.getElementById("offline");
  const announcer = document.getElementById("announcer");
  let timer = 0;
  let failures = 0;
  let paused = sessionStorage.getItem("portal-paused") === "yes";
  let status = region().dataset.status;

  const polls = () => region().hasAttribute("hx-trigger");

  // Text that is written anew loses a reader's selection even when it says the same.
  const write = (element, words) => {
    if (element.textContent !== words) element.textContent = words;
  };

  const show = (name, words) => {
    if (!state) return;
    state.dataset.state = name;
    write(state.lastElementChild, words);
  };

  const display = () => {
    if (!button) return;
    button.dataset.paused = paused ? "yes" : "no";
    if (!polls()) {
      button.hidden = true;
      show("ended", status ? "ended, no longer asked for" : "no longer asked for");
    } else if (failures) show("offline", "trying again");
    else if (paused) show("paused", "paused");
    else show("live", "live");
  };

  const plan = () => {
    clearTimeout(timer);
    if (!polls() || paused || document.hidden) return;
    const usual = Number(region().dataset.pollSeconds);
    const seconds = Math.min(usual * 2 ** failures, Math.max(usual, SLOWEST));
    timer = setTimeout(tick, seconds * 1000 * (0.9 + 0.2 * Math.random()));
  };

  const tick = () => {
    clearTimeout(timer);
    if (!polls()) return;
    plan();
    document.body.dispatchEvent(new CustomEvent("portal:tick"));
  };

  const failed = () => {
    if (failures++ === 0) {
      const now = new Date();
      const time = offline.querySelector("time");
      const local = document.querySelector("#zone input[value=local]").checked;
      time.dateTime = now.toISOString();
      time.textContent = now.toLocaleTimeString("en-GB", {
        timeZone: local ? undefined : "UTC",
        timeZoneName: "short",
      });
      announcer.textContent = "The portal cannot be reached.";
    }
    offline.hidden = false;
    display();
    plan();
  };

  const reached = () => {
    if (failures) announcer.textContent = "The portal can be reached again.";
    failures = 0;
    offline.hidden = true;
    display();
    plan();
  };

  document.body.addEventListener("htmx:sendError", failed);
  document.body.addEventListener("htmx:timeout", failed);
  document.body.addEventListener("htmx:responseError", failed);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) reached();
  });

  document.body.addEventListener("htmx:afterSettle", () => {
    const now = region().dataset.status;
    const lost = region().querySelector(".state[data-problem] h1");
    if (status && now && now !== status) {
      announcer.textContent = `${region().dataset.name}: ${status} → ${now}`;
    } else if (status && lost) {
      announcer.textContent = lost.textContent;
    }
    // Where nothing is shown any more, there is nothing of which a time could be told.
    if (lost) document.getElementById("as-of").hidden = true;
    status = now;
    display();
    plan();
  });

  document.body.addEventListener("portal:asof", (event) => {
    const time = document.querySelector("#as-of time");
    time.dateTime = event.detail.at;
    write(time, event.detail.text);
    document.getElementById("as-of").hidden = false;
    region().dataset.pollSeconds = event.detail.seconds;
  });

  // Somebody pressed "Check now", and AWS has been asked.
  const checked = document.getElementById("checked");
  let told = 0;
  document.body.addEventListener("portal:checked", (event) => {
    const asOf = document.getElementById("as-of");
    announcer.textContent = asOf.hidden ? event.detail.said : `${event.detail.said} ${asOf.textContent}`;
    checked.textContent = event.detail.said;
    checked.hidden = false;
    clearTimeout(told);
    told = setTimeout(() => (checked.hidden = true), 3000);
  });

  // The zone was switched: whatever was seen was seen in the other zone.
  document.body.addEventListener("portal:refresh", (event) => {
    if (!region().hasAttribute("hx-get")) return;
    event.preventDefault();
    const url = new URL(region().getAttribute("hx-get"), location.href);
    url.searchParams.delete("seen");
    window.htmx.ajax("GET", url.pathname + url.search, {
      source: region(),
      target: region(),
      swap: "morph:outerHTML",
    });
  });

  // A page that does not poll was shown while AWS was being asked: look once more, when that is over.
  if (!polls() && region().hasAttribute("data-refreshing"))
    setTimeout(() => {
      const address = region().getAttribute("hx-get");
      window.htmx.ajax("GET", address, { source: region(), target: region(), swap: "morph:outerHTML" });
    }, 1500);

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else if (!paused) tick();
  });
  window.addEventListener("online", () => !paused && tick());

  button?.addEventListener("click", () => {
    paused = !paused;
    sessionStorage.setItem("portal-paused", paused ? "yes" : "no");
    display();
    if (paused) clearTimeout(timer);
    else tick();
  });

  // What is being typed is newer than what the server was told.
  window.Idiomorph.defaults.ignoreActiveValue = true;

  // What a reader has opened stays open: the server knows nothing of it, so a morph would close it.
  window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
    !(name === "open" && node.nodeName === "DETAILS") && name !== "data-copied";

  display();
  plan();
})();
