// Says on the page that no passkey was given; allauth's script would tell the console alone.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-problem").hidden = false;
});

// The button that adds a passkey sends its form only once the browser has made one; allauth's script
// sends it then without this event.
document.querySelector("[data-waits-for-passkey]")?.addEventListener("submit", (event) => {
  event.preventDefault();
});

// Until allauth's script listens, which it does once the page is read, a button would send an empty form.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-waits-for-script]")) {
    button.disabled = !window.allauth?.webauthn;
  }
});
