// The panel "Call details": fetched when somebody opens it, and followed for as long as it is open.
"use strict";
(() => {
  const panel = document.getElementById("call");
  if (!panel) return;
  const facts = document.getElementById("call-facts");
  const address = document.getElementById("call-page").getAttribute("href");

  // The server says nothing where the panel shows the last call already.
  const ask = (seen) => {
    if (!panel.open) return;
    const query = seen ? `?seen=${encodeURIComponent(seen)}` : "";
    window.htmx.ajax("GET", address + query, { source: facts, target: facts, swap: "morph:innerHTML" });
  };

  panel.addEventListener("toggle", () => ask());
  // The zone was switched: the same call reads otherwise when the region has come back.
  document.body.addEventListener("portal:refresh", () => {
    facts.querySelector("[data-call]")?.removeAttribute("data-call");
  });
  // A poll or "Check now" has come back: whatever it brought, there may have been another call.
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = event.detail;
    if (successful && elt.matches("#experiment, #check")) {
      ask(facts.querySelector("[data-call]")?.dataset.call);
    }
  });
})();
