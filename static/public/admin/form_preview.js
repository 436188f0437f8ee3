// Shows the public page of a form beside it, as typed, saved or not. The form's fields are posted to the preview's
// address in a new frame, which takes the place of the last one when it is there, at the same place of the page.
"use strict";

(() => {
  const { address } = document.currentScript.dataset;
  const EVERY = 700;
  const OPEN = "staff-preview-open";
  const WIDTH = "staff-preview-width";
  const NEVER_SENT = ["autosave_number", "_save", "_publish"];

  let form;
  let pane;
  let stage;
  let status;
  let timer = 0;
  let shown = "";
  let number = 0;

  const remembered = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const remember = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Without storage, the choice holds for this page.
    }
  };

  const entries = () =>
    [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER_SENT.includes(name));

  const scrollOf = (frame) => {
    try {
      return frame.contentWindow.scrollY;
    } catch {
      // The last answer was no page of the preview.
      return 0;
    }
  };

  const replaceBy = (frame, at) => {
    const before = [...stage.querySelectorAll("iframe")].filter((other) => other !== frame);
    const top = before.length ? scrollOf(before.at(-1)) : 0;
    before.forEach((other) => other.remove());
    frame.classList.remove("is-coming");
    try {
      frame.contentWindow.scrollTo(0, top);
    } catch {
      // An error page: it begins at its top.
    }
    const clock = at.toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
    status.textContent = `As typed, ${clock}`;
  };

  const show = () => {
    timer = 0;
    if (pane.hidden) {
      return;
    }
    const now = entries();
    const text = JSON.stringify(now.filter(([name]) => name !== "csrfmiddlewaretoken"));
    if (text === shown) {
      return;
    }
    shown = text;
    number += 1;
    const frame = document.createElement("iframe");
    Object.assign(frame, { name: `form-preview-${number}`, className: "is-coming", title: "The page as typed" });
    stage.append(frame);
    const sent = document.createElement("form");
    Object.assign(sent, { method: "post", action: address, target: frame.name, hidden: true });
    for (const [name, value] of now) {
      const field = document.createElement("textarea");
      Object.assign(field, { name, value });
      sent.append(field);
    }
    document.body.append(sent);
    const at = new Date();
    // A frame is loaded twice: empty, and with the page.
    frame.addEventListener("load", () => {
      if (frame.isConnected && frame.contentDocument?.URL !== "about:blank") {
        replaceBy(frame, at);
      }
    });
    sent.submit();
    sent.remove();
  };

  const showSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(show, EVERY);
  };

  const turn = (button, isOpen) => {
    pane.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    document.body.classList.toggle("is-previewing", isOpen);
    if (isOpen) {
      show();
    } else {
      stage.replaceChildren();
      shown = "";
    }
  };

  const setWidth = (width) => {
    stage.dataset.width = width;
    for (const button of pane.querySelectorAll("[data-width]:is(button)")) {
      button.setAttribute("aria-pressed", String(button.dataset.width === width));
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    form = document.querySelector(".change-form #content-main > form");
    pane = document.getElementById("form-preview");
    const button = document.querySelector(".preview-switch");
    if (!form || !pane || !button) {
      return;
    }
    stage = pane.querySelector(".preview__stage");
    status = pane.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", () => {
      turn(button, pane.hidden);
      remember(OPEN, String(!pane.hidden));
    });
    pane.addEventListener("click", ({ target }) => {
      const width = target.closest("button[data-width]")?.dataset.width;
      if (width) {
        setWidth(width);
        remember(WIDTH, width);
      }
    });
    setWidth(remembered(WIDTH) === "desktop" ? "desktop" : "phone");
    for (const type of ["input", "change", "keyup"]) {
      form.addEventListener(type, showSoon);
    }
    window.django?.jQuery?.(form).on("change", showSoon);
    // The editors are modules, which load after the page.
    window.addEventListener("load", () => {
      if (remembered(OPEN) === "true" && matchMedia("(width >= 70rem)").matches) {
        turn(button, true);
      }
    });
  });
})();
