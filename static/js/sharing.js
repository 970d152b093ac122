// A second press would send the form again, and its answer would hide the address that the first
// one was given, which nobody can show twice.
"use strict";
(() => {
  const form = document.getElementById("share");
  let sent = false;

  form?.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    else if (event.submitter?.formMethod !== "get") sent = true;
  });

  // Back brings the page as it was left, and a new press is then meant.
  window.addEventListener("pageshow", () => (sent = false));
})();
