// The header's two switches. The server reads what they choose from cookies, so that every time
// on the page is written in one zone and no page flashes in the wrong colours.
"use strict";
(() => {
  const prefix = document.body.dataset.cookiePrefix;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const remember = (name, value) => {
    const age = value ? 31536000 : 0;
    document.cookie = `${prefix}${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  };

  document.getElementById("theme").addEventListener("change", (event) => {
    document.documentElement.dataset.theme = event.target.value;
    remember("theme", event.target.value === "auto" ? "" : event.target.value);
  });

  document.getElementById("zone").addEventListener("change", (event) => {
    const local = event.target.value === "local";
    remember("zone", local ? Intl.DateTimeFormat().resolvedOptions().timeZone : "");
    // A page that keeps itself up to date fetches its region anew; any other is loaded again.
    if (document.body.dispatchEvent(new CustomEvent("portal:refresh", { cancelable: true }))) {
      location.reload();
    }
  });
})();
