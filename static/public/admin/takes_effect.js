// Keeps the choice of the instant, and the page's text on it, in step with the typed fields. The server refuses
// contradictions; this script shows them earlier.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const BEGINNING = "00:00";
  const day = document.querySelector("[name=on_day], [name=effective_from_0]");
  const clock = document.querySelector("[name=at_time], [name=effective_from_1]");
  if (!day || !clock) {
    return;
  }
  const form = day.form;
  const choices = [...form.querySelectorAll("[name=when]")];
  const choiceOf = (value) => choices.find((choice) => choice.value === value);
  // The fields that belong to only one choice.
  const fieldsOf = {
    later: [day, clock],
    set: [...form.querySelectorAll("[name=change_set], [name=title]")],
  };
  const untouched = (field) => (field === clock ? BEGINNING : "");

  // A half-typed day has no value, but the field is not empty.
  const isTyped = (field) =>
    field.validity.badInput || !["", untouched(field)].includes(field.value.trim());

  const describe = () => {
    const at = new Date(`${day.value}T${clock.value || BEGINNING}Z`);
    if (!day.value || Number.isNaN(at.valueOf())) {
      return "";
    }
    const write = (options) =>
      at.toLocaleString("en-US", { timeZone: "UTC", ...options }).replace("\u202f", " ");
    return `${write({ dateStyle: "long" })} at ${write({ timeStyle: "short" })}`;
  };

  // A day alone means its beginning.
  const begin = () => {
    if (day.value && !clock.value && !clock.validity.badInput) {
      clock.value = BEGINNING;
    } else if (!isTyped(day) && clock.value === BEGINNING) {
      clock.value = "";
    }
  };

  const tell = () => {
    for (const place of document.querySelectorAll("[data-instant]")) {
      place.dataset.instant ||= place.textContent;
      place.textContent = describe() || place.dataset.instant;
    }
    if (!choices.length) {
      const when = fieldsOf.later.some(isTyped) ? "later" : "now";
      for (const place of document.querySelectorAll("[data-when]")) {
        place.hidden = place.dataset.when !== when;
      }
    }
  };

  // A choice empties the other choices' fields; choosing them again restores their values.
  const emptied = new Map();
  const follow = (chosen) => {
    for (const [value, fields] of Object.entries(fieldsOf)) {
      for (const field of fields) {
        if (value === chosen && emptied.has(field)) {
          field.value = emptied.get(field);
          emptied.delete(field);
        } else if (value !== chosen && isTyped(field)) {
          emptied.set(field, field.value);
          field.value = untouched(field);
        }
      }
    }
    tell();
  };

  for (const [value, fields] of Object.entries(fieldsOf)) {
    for (const field of choices.length || value === "later" ? fields : []) {
      for (const type of ["input", "change", "keyup"]) {
        field.addEventListener(type, () => {
          const choice = choiceOf(value);
          if (choice && !choice.checked && isTyped(field)) {
            fields.forEach((own) => emptied.delete(own));
            choice.checked = true;
            follow(value);
          }
          tell();
        });
      }
    }
  }
  if (!choices.length) {
    day.addEventListener("input", begin);
  }
  for (const choice of choices) {
    choice.addEventListener("change", () => follow(choice.value));
  }

  form.addEventListener("submit", (event) => {
    const half = [day, clock].find((field) => field.validity.badInput);
    if (half) {
      event.preventDefault();
      half.reportValidity();
    }
  });
  window.addEventListener("pageshow", tell);
  tell();
});
