// The box that opens anything. It is a text area, so that a pasted document or command keeps its
// lines; while it holds a single line, it is a combobox that suggests experiments by their names.
"use strict";
(() => {
  const form = document.getElementById("find-form");
  if (!form) return;
  const LONGEST = 120;
  const list = document.getElementById("find-list");
  const announcer = document.getElementById("announcer");
  let box = document.getElementById("find");
  let timer = 0;
  let asked = 0;
  let active = -1;

  const options = () => [...list.children];

  const close = () => {
    clearTimeout(timer);
    asked++;
    active = -1;
    list.hidden = true;
    list.replaceChildren();
    box.removeAttribute("aria-activedescendant");
    if (box.role === "combobox") box.setAttribute("aria-expanded", "false");
  };

  const choose = (index) => {
    const all = options();
    active = (index + all.length + 1) % (all.length + 1);
    // One beyond the last is the box itself.
    if (active === all.length) active = -1;
    all.forEach((option, at) => option.setAttribute("aria-selected", at === active));
    if (active < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  };

  const suggest = async () => {
    const mine = ++asked;
    const text = box.value.trim();
    try {
      const answer = await fetch(`${form.dataset.suggestions}?q=${encodeURIComponent(text)}`, {
        headers: { "X-Requested-With": "fetch" },
        redirect: "error",
      });
      if (!answer.ok) throw new Error(answer.status);
      const words = await answer.text();
      // The latest question counts, whichever answer comes last.
      if (mine !== asked) return;
      list.replaceChildren(...new DOMParser().parseFromString(words, "text/html").querySelectorAll("li"));
    } catch {
      if (mine === asked) close();
      return;
    }
    const found = list.children.length;
    active = -1;
    box.removeAttribute("aria-activedescendant");
    list.hidden = !found;
    box.setAttribute("aria-expanded", found ? "true" : "false");
    announcer.textContent = found ? `${found} suggestion${found === 1 ? "" : "s"}` : "No suggestions";
  };

  const typed = () => {
    clearTimeout(timer);
    const text = box.value.trim();
    if (box.role === "combobox" && text && text.length <= LONGEST) timer = setTimeout(suggest, 80);
    else close();
  };

  // A text area may not be a combobox, and the field of one line drops the line breaks of a paste.
  const become = (tag, value) => {
    const other = document.createElement(tag);
    for (const { name, value } of box.attributes) {
      if (!name.startsWith("aria-") && !["role", "rows", "style", "type"].includes(name))
        other.setAttribute(name, value);
    }
    if (tag === "input") {
      other.type = "text";
      other.role = "combobox";
      other.setAttribute("aria-autocomplete", "list");
      other.setAttribute("aria-controls", list.id);
      other.setAttribute("aria-expanded", "false");
    } else other.rows = 1;
    const focused = document.activeElement === box;
    other.value = value;
    box.replaceWith(other);
    box = other;
    if (focused) box.focus();
  };

  const lines = () => (/[\r\n]/.test(box.value) ? "textarea" : "input");
  become(lines(), box.value);

  form.addEventListener("input", () => {
    if (box.localName !== "input" && lines() === "input") {
      const at = box.selectionStart;
      become("input", box.value);
      box.setSelectionRange(at, at);
    }
    typed();
  });

  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/^\s+|\s+$/g, "");
    if (event.target !== box || box.localName !== "input" || !/[\r\n]/.test(text)) return;
    event.preventDefault();
    const before = box.value.slice(0, box.selectionStart);
    const whole = before + text + box.value.slice(box.selectionEnd);
    close();
    become("textarea", whole.slice(0, box.maxLength));
    box.setSelectionRange(before.length + text.length, before.length + text.length);
  });

  form.addEventListener("keydown", (event) => {
    if (event.target !== box || event.isComposing) return;
    const open = !list.hidden;
    if (event.key === "Escape") {
      if (open) close();
      else if (box.value) become("input", "");
      else box.blur();
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (active >= 0) visit(options()[active], event);
      else form.requestSubmit();
    } else if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      if (event.key === "ArrowDown") choose(active + 1);
      else choose(active < 0 ? options().length - 1 : active - 1);
    } else if (event.key === "ArrowDown" && box.role === "combobox") typed();
    else if (event.key === "Tab") close();
  });

  const visit = (option, event) => {
    if (event.ctrlKey || event.metaKey) window.open(option.dataset.href, "_blank", "noopener");
    else location.assign(option.dataset.href);
  };

  // The box keeps the focus while somebody points at what it suggests.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-href]");
    if (option) visit(option, event);
  });
  form.addEventListener("focusout", (event) => {
    if (event.target === box && event.relatedTarget !== list) close();
  });
  form.addEventListener("submit", (event) => {
    if (!box.value.trim()) event.preventDefault();
  });

  // A single key may be in the way of who dictates, so it can be turned off.
  const keys = document.getElementById("single-keys");
  const root = document.documentElement;
  const use = (on) => {
    if (keys) keys.checked = on;
    root.dataset.keys = on ? "on" : "off";
  };
  use(localStorage.getItem("portal-keys") !== "off");
  keys?.addEventListener("change", () => {
    localStorage.setItem("portal-keys", keys.checked ? "on" : "off");
    use(keys.checked);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (root.dataset.keys === "off" || event.defaultPrevented) return;
    const at = event.target;
    if (at.closest?.("textarea, select, [contenteditable]")) return;
    if (at.localName === "input" && !["checkbox", "radio"].includes(at.type)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
})();
