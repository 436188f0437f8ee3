// The sections of a long form: links of the list and of the error summary lead into folded sections. Says which
// fields were changed and are not saved, and makes the button that fits the main one.
"use strict";

(() => {
  const EVERY = 300;
  let fields;
  let form;
  let opened = null;
  let timer = 0;

  // Returns what takes the focus for a field: the box of a rich text, the search of a lookup, or the field.
  const focusable = (element) => {
    if (element.matches("textarea") && element.closest(".prose-editor")) {
      return element.closest(".prose-editor").querySelector(".ProseMirror") ?? element;
    }
    if (element.classList.contains("select2-hidden-accessible")) {
      return element.parentElement.querySelector(".select2-search__field, .select2-selection") ?? element;
    }
    return element;
  };

  const openAround = (element) => {
    for (let part = element.closest("details"); part; part = part.parentElement.closest("details")) {
      part.open = true;
    }
  };

  const leadTo = (id) => {
    const target = id && document.getElementById(id);
    const section = target?.matches(".section") ? target : null;
    if (!target || !form.contains(target)) {
      return false;
    }
    const details = section?.querySelector("details");
    if (details) {
      details.open = true;
    }
    openAround(target);
    const focused = section ? section.querySelector("summary") : focusable(target);
    focused.focus({ preventScroll: true });
    (section ?? target.closest(".field") ?? focused).scrollIntoView({ block: "start" });
    return true;
  };

  const followLinks = () => {
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href^='#']");
      if (link && leadTo(decodeURIComponent(link.hash.slice(1)))) {
        event.preventDefault();
      }
    });
    if (location.hash) {
      // The editors are modules, which load after the page.
      window.addEventListener("load", () => leadTo(decodeURIComponent(location.hash.slice(1))));
    }
  };

  const foldAll = () => {
    const list = document.querySelector(".sections > ul");
    const parts = [...form.querySelectorAll(".section > details")];
    if (!list || parts.length < 3) {
      return;
    }
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button button--small sections__all" });
    const name = () => {
      button.textContent = parts.every((part) => part.open) ? "Fold all" : "Open all";
    };
    button.addEventListener("click", () => {
      const isOpening = !parts.every((part) => part.open);
      for (const part of parts) {
        part.open = isOpening;
      }
      name();
    });
    for (const part of parts) {
      part.addEventListener("toggle", name);
    }
    name();
    list.after(button);
  };

  // In a narrow window the list is above the form, and would fill the first screen.
  const foldList = () => {
    const list = document.querySelector(".sections");
    const narrow = matchMedia("(width < 60rem)");
    const fold = () => {
      list.open = !narrow.matches;
    };
    if (list) {
      fold();
      narrow.addEventListener("change", fold);
    }
  };

  // What is typed and not saved

  const values = () =>
    new Map(
      fields
        .read(form)
        .filter(({ kind }) => kind !== "hidden")
        .map(({ name, values: own }) => [name, own]),
    );

  const changedNames = () =>
    [...values()].filter(([name, own]) => !fields.isSame(own, opened.get(name) ?? [])).map(([name]) => name);

  const markSections = (names) => {
    const now = new Set(
      names.map((name) => form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest(".section")?.id),
    );
    for (const link of document.querySelectorAll(".sections [data-section]")) {
      const mark = link.querySelector(".mark--changed");
      mark.dataset.saved ??= String(!mark.hidden);
      mark.hidden = mark.dataset.saved !== "true" && !now.has(link.dataset.section);
    }
  };

  const follow = () => {
    timer = 0;
    if (opened === null) {
      return;
    }
    const names = changedNames();
    markSections(names);
    const says = form.querySelector(".bar__says");
    if (says) {
      const words = names.length
        ? `${names.length} ${names.length === 1 ? "change" : "changes"} not saved.`
        : says.dataset.saved;
      if (says.textContent !== words) {
        says.textContent = words;
      }
    }
    mainButton(names.length > 0);
  };

  const mainButton = (isChanged) => {
    const [save, publish] = ["_save", "_publish"].map((name) => form.querySelector(`.submit-row [name=${name}]`));
    if (!save || !publish) {
      return;
    }
    save.dataset.main ??= String(save.classList.contains("default"));
    const isSave = isChanged || save.dataset.main === "true";
    for (const [button, isMain] of [[save, isSave], [publish, !isSave]]) {
      button.classList.toggle("default", isMain);
      button.classList.toggle("button--main", isMain);
    }
  };

  const followTyping = () => {
    if (!fields) {
      return;
    }
    const remember = () => {
      opened ??= values();
    };
    const soon = () => {
      remember();
      timer ||= setTimeout(follow, EVERY);
    };
    form.addEventListener("focusin", remember);
    form.addEventListener("pointerdown", remember);
    form.addEventListener("autosave:restore", () => {
      remember();
      // After the fields are written: what came back is to be seen.
      setTimeout(() => {
        follow();
        for (const name of changedNames()) {
          const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
          if (field) {
            openAround(field);
          }
        }
      });
    });
    for (const type of ["input", "change", "keyup"]) {
      form.addEventListener(type, soon);
    }
    window.django?.jQuery?.(form).on("change", soon);
  };

  document.addEventListener("DOMContentLoaded", () => {
    form = document.querySelector(".change-form #content-main > form");
    // A deferred script, which runs after this file and before this event.
    fields = window.keptFields;
    if (!form) {
      return;
    }
    followLinks();
    foldAll();
    foldList();
    followTyping();
    document.getElementById("error-summary")?.focus();
  });
})();
