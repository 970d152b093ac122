// Copy as: a menu over the page, fetched when somebody first opens it. Without this script its
// button is a link to a page of the same forms.
"use strict";
(() => {
  const menu = document.getElementById("copy-as");
  if (!menu?.showPopover) return;
  const forms = document.getElementById("copy-forms");
  const page = menu.querySelector("footer a").href;
  let opener = null;

  const rows = () => [...menu.querySelectorAll("button[data-copy], footer a")];

  // Below its button, and within the page.
  const place = () => {
    const { bottom, right } = opener.getBoundingClientRect();
    const room = document.documentElement.clientWidth - menu.offsetWidth - 16;
    const left = Math.max(16, Math.min(right - menu.offsetWidth, room));
    menu.style.setProperty("--menu-left", `${left + scrollX}px`);
    menu.style.setProperty("--menu-top", `${bottom + scrollY + 6}px`);
  };

  // Each time anew: times and names of a request are made when it is asked for.
  const fill = async () => {
    const asked = window.htmx.ajax("GET", page, { source: forms, target: forms, swap: "innerHTML" });
    // It fails where the portal cannot be reached, and what was here before still holds.
    await asked.catch(() => {});
    if (!rows().some((row) => row.matches("button"))) {
      const failed = "The portal did not answer. Close this and try again in a moment.";
      document.getElementById("announcer").textContent = forms.textContent = failed;
    } else if (menu.contains(document.activeElement)) rows()[0].focus();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-copy-as]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    opener = link;
    if (menu.matches(":popover-open")) return menu.hidePopover();
    menu.showPopover();
    place();
    (rows()[0] ?? menu).focus();
    fill();
  });

  menu.addEventListener("keydown", (event) => {
    const all = rows();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length).focus();
  });

  addEventListener("resize", () => menu.matches(":popover-open") && place());
})();
