// Says who else has this form open, and who saved the record meanwhile. Asks every few seconds, and from a tab in the
// background once a minute. Nothing is locked.
"use strict";

(() => {
  const { address } = document.currentScript.dataset;
  const EVERY = 6 * 1000;
  const EVERY_HIDDEN = 60 * 1000;
  let form;
  let line;
  let timer = 0;
  let isOver = false;

  const data = (entries) => {
    const sent = new FormData();
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, ...entries })) {
      sent.set(name, value);
    }
    return sent;
  };

  const face = (name) => {
    const letter = document.createElement("span");
    letter.className = "face";
    letter.setAttribute("aria-hidden", "true");
    letter.textContent = name.slice(0, 1).toUpperCase();
    return letter;
  };

  const show = ({ others, saved }) => {
    const sentences = others.map(({ name, since }) => [name, `${name} has this form open since ${since}.`]);
    if (saved) {
      const words = `${saved.name} saved it at ${saved.at}. When you save, you see both; nothing is overwritten.`;
      sentences.push([saved.name, words]);
    }
    const text = sentences.map(([, words]) => words).join(" ");
    // Screen readers say the line when it changes.
    if (line.dataset.text === text) {
      return;
    }
    line.dataset.text = text;
    line.replaceChildren(...sentences.flatMap(([name, words]) => [face(name), `${words} `]));
  };

  const ask = async () => {
    clearTimeout(timer);
    try {
      const version = form.elements.opened_version?.value ?? "";
      const response = await fetch(address, {
        method: "POST",
        body: data({ version }),
        redirect: "manual",
        cache: "no-store",
      });
      // The session has ended, or the record is gone. Another script says so.
      isOver = !response.ok && response.status < 500;
      if (response.ok) {
        show(await response.json());
      }
    } catch {
      // The next question may be answered.
    }
    if (!isOver) {
      timer = setTimeout(ask, document.hidden ? EVERY_HIDDEN : EVERY);
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    form = document.querySelector(".change-form #content-main > form");
    line = document.getElementById("presence");
    if (!form || !line) {
      return;
    }
    ask();
    document.addEventListener("visibilitychange", () => document.hidden || isOver || ask());
    window.addEventListener("pagehide", () => navigator.sendBeacon(address, data({ leaves: "yes" })));
    window.addEventListener("pageshow", ({ persisted }) => persisted && ask());
  });
})();
