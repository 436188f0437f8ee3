// The dialog of the button “Refer to a figure or unit”: first the search for a record, then the words for it.
"use strict";

(() => {
  const { make, makeSearch, makeChoices } = window.referenceParts;

  let parts;
  let asked;
  let answer;

  const say = (words) => {
    parts.status.textContent = words;
  };

  const showStep = (step) => {
    parts.search.element.hidden = step !== "search";
    parts.choices.element.hidden = step !== "choices";
    parts.insert.hidden = step !== "choices";
    parts.again.hidden = step !== "choices";
    parts.remove.hidden = !asked.token;
  };

  const beginSearch = (typed) => {
    showStep("search");
    parts.search.begin(typed);
    parts.search.field.focus();
    parts.search.field.select();
  };

  const showChoices = async (record, reference) => {
    const found = await window.references.choices(record);
    if (!parts.dialog.open) {
      return;
    }
    if (!found.groups) {
      beginSearch("");
      say(found.problem);
      return;
    }
    parts.choices.show(found, { ...reference, isRich: asked.isRich });
    showStep("choices");
    const count = parts.choices.count();
    parts.insert.disabled = count === 0;
    (parts.choices.firstField() ?? parts.again).focus();
    say(found.problem || `${found.name}: ${count} ${count === 1 ? "choice" : "choices"} of words.`);
  };

  const close = (value) => {
    answer = value;
    parts.dialog.close();
  };

  const button = (words, className, act) => {
    const element = make("button", { type: act ? "button" : "submit", class: className }, words);
    if (act) {
      element.addEventListener("click", act);
    }
    return element;
  };

  const build = () => {
    const heading = make("h2", { id: "reference-heading" }, "Refer to a figure or unit");
    parts = {
      status: make("p", { role: "status", class: "reference-dialog__status" }),
      search: makeSearch({
        say,
        onChoose: ({ kind, identifier }) => showChoices({ kind, identifier }, {}),
      }),
      choices: makeChoices(),
      insert: button("Insert", "button default"),
      again: button("Another record", "button", () => beginSearch("")),
      remove: button("Remove", "button", () => close({ isRemoved: true })),
    };
    const cancel = button("Cancel", "button", () => close(null));
    const form = make(
      "form",
      {},
      heading,
      make("div", { class: "reference-dialog__body" }, parts.search.element, parts.choices.element),
      parts.status,
      make("div", { class: "reference-dialog__buttons" }, parts.insert, parts.again, parts.remove, cancel),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const value = parts.choices.value();
      if (value && !parts.insert.hidden) {
        // So the text never shows anything but words.
        await window.references.know(value.data);
        close(value);
      }
    });
    parts.dialog = make("dialog", { class: "reference-dialog", "aria-labelledby": heading.id }, form);
    document.body.append(parts.dialog);
  };

  // Opens the dialog. Returns {token, data}, {isRemoved: true}, or null if it was closed without a choice.
  //
  // `token` and `data` are of the reference to change. `typed` is what the search begins with.
  const open = ({ token = "", data = {}, typed = "", isRich }) =>
    new Promise((resolve) => {
      if (!parts) {
        build();
      }
      if (parts.dialog.open) {
        resolve(null);
        return;
      }
      asked = { token, isRich };
      answer = null;
      parts.insert.textContent = token ? "Change" : "Insert";
      parts.insert.disabled = false;
      say("");
      parts.dialog.addEventListener("close", () => resolve(answer), { once: true });
      showStep("search");
      parts.dialog.showModal();
      if (token) {
        parts.search.element.hidden = true;
        showChoices({ token }, { token, data });
      } else {
        beginSearch(typed);
      }
    });

  window.referenceDialog = { open };
})();
