// Invites a share of the visits to the survey, once on each device.
//
// What has been asked is kept on the visitor's own device and never sent. Where a browser keeps
// nothing, the invitation would come back on every page, so it does not come at all; the plain link
// is there for everyone.
(() => {
  const invitation = document.querySelector(".survey-invitation");
  if (!invitation) return;

  const key = "survey-invitation";

  const remember = () => {
    try {
      localStorage.setItem(key, "asked");
    } catch {
      // The storage is full or was blocked meanwhile.
    }
  };

  // One draw for a whole visit: a draw on every page would end up inviting nearly everyone.
  const isChosen = () => {
    try {
      if (localStorage.getItem(key)) return false;
      const draw = sessionStorage.getItem(key) ?? String(Math.random() * 100);
      sessionStorage.setItem(key, draw);
      return Number(draw) < Number(invitation.dataset.samplePercent);
    } catch {
      return false;
    }
  };

  if (!isChosen()) return;
  invitation.hidden = false;

  // It stands at the page's end. Only who has come that far has been asked.
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      remember();
      observer.disconnect();
    }
  });
  observer.observe(invitation);

  // An answer can come before the observer has reported.
  invitation.addEventListener("click", remember);
  invitation.querySelector("button").addEventListener("click", () => {
    invitation.hidden = true;
    // The button that had the focus is gone; the next thing to read is the plain link.
    document.querySelector(".survey-link")?.focus();
  });
})();
