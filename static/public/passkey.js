// Shows on the page that no passkey was given; allauth's script writes only to the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-problem").hidden = false;
});

// The button that adds a passkey must not send its form before the browser has made one. allauth's script
// then sends the form without this event.
document.querySelector("[data-waits-for-passkey]")?.addEventListener("submit", (event) => {
  event.preventDefault();
});

// allauth's script listens only once the page is parsed; before, a button would send an empty form.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-waits-for-script]")) {
    button.disabled = !window.allauth?.webauthn;
  }
});
