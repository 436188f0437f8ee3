// Invites a share of the visits to the survey, once on each device.
//
// The visitor's own device remembers the invitation and never sends this. If a browser stores nothing, the
// invitation would return on every page, so it never appears. The plain link is there for everyone.
(() => {
  const invitation = document.querySelector(".survey-invitation");
  if (!invitation) return;

  const key = "survey-invitation";

  const remember = () => {
    try {
      localStorage.setItem(key, "asked");
    } catch {
      // The storage is full or has been blocked meanwhile.
    }
  };

  // One draw for a whole visit: a draw on every page would invite nearly everyone.
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

  // The invitation is at the page's end. It counts only once the visitor has scrolled to it.
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      remember();
      observer.disconnect();
    }
  });
  observer.observe(invitation);

  // An answer can come before the observer's report.
  invitation.addEventListener("click", remember);
  invitation.querySelector("button").addEventListener("click", () => {
    invitation.hidden = true;
    // The focused button is gone; the plain link is the next thing to read.
    document.querySelector(".survey-link")?.focus();
  });
})();
