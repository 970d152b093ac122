// The fleet's filters act while somebody types, and what they and the polls change is said.
"use strict";
(() => {
  // Within this, changes of the search are one step of Back.
  const ONE_STEP = 3000;
  const MOST_SAID = 2;
  const fleet = () => document.getElementById("fleet");
  const announcer = document.getElementById("announcer");
  let typedAt = -Infinity;

  const statuses = () =>
    new Map(
      [...fleet().querySelectorAll("[data-experiment]")].map((row) => [
        row.dataset.experiment,
        row.dataset.status,
      ]),
    );

  let view = fleet().dataset.view;
  let before = statuses();

  // An address says only what is asked for.
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = event.detail;
    if (elt.id !== "filter") return;
    for (const name of ["q", "source"]) if (!parameters[name]) delete parameters[name];
  });

  document.body.addEventListener("htmx:beforeHistoryUpdate", (event) => {
    const { history, requestConfig } = event.detail;
    const typing = requestConfig?.triggeringEvent?.target?.id === "q";
    if (typing && performance.now() - typedAt < ONE_STEP) history.type = "replace";
    typedAt = typing ? performance.now() : -Infinity;
  });

  const changes = (now) => {
    const said = [];
    for (const [key, status] of now) {
      const was = before.get(key);
      if (was !== undefined && was !== status)
        said.push(`${key.slice(key.indexOf("/") + 1)}: ${was} → ${status}`);
    }
    return said.length > MOST_SAID ? `${said.length} experiments changed their status` : said.join(". ");
  };

  document.body.addEventListener("htmx:afterSettle", () => {
    const now = statuses();
    if (fleet().dataset.view !== view) announcer.textContent = fleet().dataset.said;
    else {
      const said = changes(now);
      if (said) announcer.textContent = said;
    }
    view = fleet().dataset.view;
    before = now;
  });
})();
