/* Makes things quicker; every page works without it. */
(() => {
  "use strict";

  document.documentElement.classList.add("js");

  /* Copies an office's e-mail address and says so in the button, for a moment. */
  async function copy(button) {
    const label = button.querySelector("[data-copied]") ?? button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return; /* refused by the browser: the address itself is a link beside the button */
    }
    label.textContent = label.dataset.copied ?? before;
    window.setTimeout(() => { label.textContent = before; }, 2000);
  }

  /* A link to a card that is folded opens it. */
  function unfold() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target && target.closest("details");
    if (fold) {
      fold.open = true;
      target.scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      copy(button);
    }
    /* a menu closes when the pointer goes elsewhere */
    for (const menu of document.querySelectorAll("details.cp-menu[open]")) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });
  /* A second click while the answer is on its way would drop it, and with it a new session's cookie. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) {
      return; /* htmx sends it */
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details.cp-menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  window.addEventListener("hashchange", unfold);
  unfold();
})();
