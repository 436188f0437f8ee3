// Copies the address of a new link. Without this script, staff mark and copy the address by hand.
"use strict";

const button = document.querySelector("button[data-copies]");
if (button && navigator.clipboard) {
  const field = document.getElementById(button.dataset.copies);
  const status = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = "The address is copied.";
    } catch {
      field.focus();
      field.select();
      status.textContent = "The browser copies nothing here. The address is marked: copy it by hand.";
    }
  });
}
