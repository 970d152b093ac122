// Copy buttons, with feedback that is seen and heard.
"use strict";
(() => {
  const say = (text) => {
    document.getElementById("announcer").textContent = text;
  };

  // Without https there is no clipboard interface except on loopback addresses.
  const write = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("refused");
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    try {
      await write(button.dataset.copy);
      button.dataset.copied = "yes";
      say(button.getAttribute("aria-label").replace("Copy ", "Copied: "));
    } catch {
      button.dataset.copied = "no";
      say("The browser did not allow copying. Select the text and copy it yourself.");
    }
    button.focus();
    setTimeout(() => delete button.dataset.copied, 1600);
  });
})();
