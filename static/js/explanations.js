// Explanations lie over what stands below them, so they go away as a reader expects: by Escape,
// by a press anywhere else, and when another one opens (which their shared name does by itself).
"use strict";
(() => {
  const close = (except) => {
    for (const open of document.querySelectorAll("details.why[open]")) {
      if (open !== except) open.open = false;
    }
  };

  document.addEventListener("click", (event) => close(event.target.closest("details.why")));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const inside = document.activeElement?.closest("details.why[open]");
    close();
    inside?.querySelector("summary").focus();
  });
})();
