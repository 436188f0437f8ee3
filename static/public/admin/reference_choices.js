// The second part of the dialog for references: the words in which a text can refer to the chosen record.
"use strict";

(() => {
  const { make } = window.referenceParts;

  const makeChoices = () => {
    const name = make("h3", { id: "reference-record-name" });
    const notes = make("div", { class: "reference-dialog__notes" });
    const groups = make("div", { class: "reference-dialog__groups" });
    const switches = make("div", { class: "reference-dialog__switches" });
    const element = make("div", { class: "reference-dialog__choices" }, name, notes, groups, switches);
    let answer = null;
    let chosen = null;

    const box = (words, isChecked) => {
      const input = make("input", { type: "checkbox" });
      input.checked = isChecked;
      switches.append(make("label", {}, input, ` ${words}`));
      return input;
    };
    let onlyNumber = null;
    let linked = null;

    const isSameForm = (one, other) => one.form === other.form && one.digits === other.digits;

    const optionOf = (option, number) => {
      const input = make("input", { type: "radio", name: "reference-words", id: `reference-option-${number}` });
      input.disabled = Boolean(option.problem || answer.problem);
      input.option = option;
      const words = option.problem
        ? make("span", { class: "reference-dialog__refusal" }, option.problem)
        : make("span", {}, option.words);
      return make("label", { for: input.id, class: "reference-dialog__option" }, input, words);
    };

    const showGroups = () => {
      const shown = onlyNumber?.checked ? answer.numberGroups : answer.groups;
      let number = 0;
      groups.replaceChildren(
        ...shown.map((group) =>
          make(
            "fieldset",
            {},
            make("legend", {}, group.label),
            make(
              "div",
              { class: "reference-dialog__options" },
              ...group.options.map((option) => optionOf(option, (number += 1))),
            ),
          ),
        ),
      );
      const inputs = [...groups.querySelectorAll("input:enabled")];
      const wanted =
        inputs.find(({ option }) => option.token === chosen?.token) ??
        inputs.find(({ option }) => chosen && isSameForm(option.attributes, chosen.attributes)) ??
        inputs[0];
      if (wanted) {
        wanted.checked = true;
      }
    };

    groups.addEventListener("change", ({ target }) => {
      chosen = target.option;
    });

    // Shows the answer of the server. `token` and `data` are of the reference that the text has, if any.
    const show = (found, { token = "", data = {}, isRich }) => {
      answer = found;
      chosen = token ? { token, attributes: data } : null;
      name.textContent = answer.name;
      notes.replaceChildren(
        ...[answer.problem, answer.note].filter(Boolean).map((words) => make("p", {}, words)),
      );
      switches.replaceChildren();
      onlyNumber = null;
      linked = null;
      if (answer.numberGroups.length) {
        onlyNumber = box("The number alone, without what it counts", data.words === "number");
        onlyNumber.addEventListener("change", showGroups);
      }
      if (answer.kind === "unit" && isRich) {
        linked = box("Link to the unit’s page", data.linked ? data.linked === "yes" : true);
      }
      showGroups();
    };

    // Returns the chosen {token, data}, or null.
    const value = () => {
      const input = groups.querySelector("input:checked");
      if (!input) {
        return null;
      }
      const { token, attributes } = input.option;
      const data = { ...attributes };
      if (data.unit) {
        data.linked = linked?.checked ? "yes" : "no";
      }
      return { token, data };
    };

    const firstField = () => groups.querySelector("input:checked");
    const count = () => groups.querySelectorAll("input:enabled").length;

    return { element, show, value, firstField, count };
  };

  window.referenceParts.makeChoices = makeChoices;
})();
