// Keeps a copy of the text typed into a staff form on the editor's device until the server has saved it.
// Offers the copy when the form is opened again after a crash or the end of a session. The form carries the
// copy's number, so the server can say which copy it has saved.
"use strict";

(() => {
  const { form: name } = document.currentScript.dataset;
  const SENT = `autosave-sent:${name}`;
  const EVERY = 1000;
  const FAILURES = {
    off: "What you type is not kept on this device: its browser does not allow it.",
    full: "What you type is not kept on this device: the browser's storage is full.",
  };
  const { keptCopies: copies, keptFields: fields } = window;

  let form;
  let notice;
  let number;
  let note;
  let page;
  let opened;
  let written = "";
  let timer = 0;
  let cameBackWithErrors = false;

  const language = document.documentElement.lang;
  const moment = (at) =>
    new Date(at).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
  const clock = (at) => new Date(at).toLocaleTimeString(language, { timeStyle: "short" });
  const newNumber = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Keeping

  const isTyped = (field) =>
    field.kind !== "hidden" && !fields.isSame(field.values, opened.get(field.name) ?? []);

  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    const now = fields.read(form);
    const text = JSON.stringify(now.map(({ name, values }) => [name, values]));
    if (text === written) {
      return;
    }
    written = text;
    const copy = now.map((field) => ({ ...field, isTyped: isTyped(field) }));
    if (!copy.some((field) => field.isTyped)) {
      copies.removeWhere(name, (other) => other.page === page);
      note.textContent = "";
      return;
    }
    const at = Date.now();
    const failure = copies.put(name, { page, number: newNumber(), at, fields: copy });
    note.textContent = failure ? FAILURES[failure] : `Kept on this device at ${clock(at)}.`;
  };

  const keepSoon = () => {
    timer ||= setTimeout(keep, EVERY);
  };

  const ownCopy = () => copies.read(name).find((copy) => copy.page === page);

  // This page continues the copy, and fields typed in the copy still count as typed.
  const goOnWith = (copy) => {
    page = copy.page;
    for (const field of copy.fields.filter((field) => field.isTyped)) {
      opened.delete(field.name);
    }
  };

  const begin = () => {
    page = newNumber();
    const shown = fields.read(form);
    opened = new Map(shown.map((field) => [field.name, field.values]));
    if (!cameBackWithErrors) {
      written = JSON.stringify(shown.map(({ name, values }) => [name, values]));
      return;
    }
    const sent = copies.read(name).find((copy) => copy.number === remembered());
    if (sent) {
      goOnWith(sent);
    } else {
      opened.clear();
    }
    keep();
  };

  const remembered = () => {
    try {
      return sessionStorage.getItem(SENT);
    } catch {
      return null;
    }
  };

  const send = ({ submitter }) => {
    keep();
    if (submitter?.formTarget === "_blank") {
      // A preview in another window saves nothing.
      return;
    }
    number.value = ownCopy()?.number ?? "";
    try {
      sessionStorage.setItem(SENT, number.value);
    } catch {
      // Without storage, all fields of a form that comes back with errors count as typed.
    }
  };

  // Offering

  const offer = () => {
    notice.offered.replaceChildren();
    for (const copy of copies.read(name).filter((copy) => copy.page !== page)) {
      const labels = fields.differences(copy.fields, fields.read(form));
      if (labels.length) {
        show(copy, labels);
        return;
      }
      if (!cameBackWithErrors) {
        copies.removeWhere(name, (other) => other.number === copy.number);
      }
    }
  };

  const show = (copy, labels) => {
    const heading = `Text that you typed on ${moment(copy.at)} was not saved`;
    const button = (words, act, className) => {
      const element = make("button", { type: "button", className }, words);
      element.addEventListener("click", () => act(copy));
      return element;
    };
    const section = make(
      "section",
      { className: "autosave", tabIndex: -1 },
      make("h2", { id: "autosave-heading" }, heading),
      make("p", {}, `It is kept on this device. It differs from this form in: ${labels.join(", ")}.`),
      make("div", {}, button("Put it back", putBack, "button"), button("Throw it away", throwAway, "button quiet")),
    );
    section.setAttribute("aria-labelledby", "autosave-heading");
    notice.offered.append(section);
    // After a moment, because screen readers may not have noticed the region yet.
    setTimeout(() => {
      notice.status.textContent = `${heading}. You find it above the form.`;
    }, 500);
  };

  const say = (...content) => {
    notice.done.replaceChildren(make("p", { tabIndex: -1 }, ...content));
    notice.done.firstChild.focus();
  };

  const putBack = (copy) => {
    // The text typed here meanwhile becomes its own copy, which is offered next.
    keep();
    form.dispatchEvent(new CustomEvent("autosave:restore"));
    fields.restore(form, copy.fields);
    goOnWith(copy);
    keep();
    offer();
    const files = form.querySelector("input[type=file]") ? " Files have to be chosen again." : "";
    say(`The text of ${moment(copy.at)} is in the form again. Look it over, then save.${files}`);
  };

  const throwAway = (copy) => {
    copies.removeWhere(name, (other) => other.number === copy.number);
    offer();
    const undo = make("button", { type: "button", className: "button" }, "Keep it after all");
    undo.addEventListener("click", () => {
      copies.put(name, copy);
      offer();
      say(`The text of ${moment(copy.at)} is kept.`);
    });
    say(`The text of ${moment(copy.at)} was thrown away. `, undo);
  };

  // Beginning

  const build = () => {
    number = make("input", { type: "hidden", name: "autosave_number" });
    form.append(number);
    note = make("p", { className: "autosave-note" });
    [...form.querySelectorAll(".submit-row")].at(-1).append(note);
    notice = {
      status: make("div", { className: "visually-hidden", role: "status" }),
      done: make("div", { className: "autosave-done" }),
      offered: make("div"),
    };
    form.before(notice.status, notice.done, notice.offered);
  };

  const listen = () => {
    for (const type of ["input", "change", "keyup", "click"]) {
      document.addEventListener(type, keepSoon);
    }
    window.django?.jQuery?.(form).on("change", keepSoon);
    document.addEventListener("visibilitychange", () => document.hidden && keep());
    document.addEventListener("autosave:keep", keep);
    window.addEventListener("pagehide", keep);
    form.addEventListener("submit", send);
  };

  document.addEventListener("DOMContentLoaded", () => {
    form = document.querySelector(".change-form #content-main > form");
    // The form of a read-only record has no buttons; its copies wait.
    if (!form?.querySelector(".submit-row [type=submit]")) {
      return;
    }
    cameBackWithErrors = form.querySelector(".errornote") !== null;
    build();
    begin();
    listen();
    offer();
  });
})();
