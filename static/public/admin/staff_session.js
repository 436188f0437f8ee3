// Warns some minutes before a session ends, and offers to stay. After a new sign-in in another tab it renews
// the token of this page's forms, so they can still be sent.
"use strict";

(() => {
  const { address, signIn, idleSeconds, secondsLeft } = document.currentScript.dataset;
  const { account } = window.keptCopies;
  const SEEN = `staff-seen:${account}`;
  const IDLE = Number(idleSeconds) * 1000;
  const WARNING = Math.min(5 * 60 * 1000, IDLE / 2);
  const EVERY = 10 * 1000;
  // Two pages of one session may compute slightly different ends, because their answers take different times.
  const SAME = 5 * 1000;
  const KEPT = "What you typed into a form stays on this page.";

  let seenAt;
  let endsAt;
  let shown = "";
  let bar;

  const clock = (at) =>
    new Date(at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });

  // Returns the newest sign-in and page of any tab.
  const seenAnywhere = () => {
    try {
      return JSON.parse(localStorage.getItem(SEEN)) ?? { seenAt: 0, endsAt: 0 };
    } catch {
      return { seenAt: 0, endsAt: 0 };
    }
  };

  const note = (left) => {
    seenAt = Date.now();
    endsAt = seenAt + Number(left) * 1000;
    try {
      localStorage.setItem(SEEN, JSON.stringify({ seenAt, endsAt }));
    } catch {
      // Without storage, each tab counts for itself.
    }
  };

  const say = (words, ...controls) => {
    if (words === shown) {
      return;
    }
    shown = words;
    bar.replaceChildren(...(words ? [words, ...controls] : []));
  };

  const stayButton = () => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button", textContent: "Stay signed in" });
    button.addEventListener("click", () => ask());
    return button;
  };

  const signInLink = () => {
    const link = document.createElement("a");
    Object.assign(link, { href: signIn, target: "_blank", textContent: "Sign in in a new tab" });
    return link;
  };

  const sayEnded = () => say(`Your session has ended. ${KEPT}`, " ", signInLink());

  const ask = async () => {
    let response;
    try {
      response = await fetch(address, { redirect: "manual", cache: "no-store" });
    } catch {
      say("The site cannot be reached, so your session was not renewed.", " ", stayButton());
      return;
    }
    if (!response.ok) {
      sayEnded();
      return;
    }
    const answer = await response.json();
    if (answer.account !== account) {
      say(`Another account has signed in since. ${KEPT} Sign in with your own to save it.`);
      return;
    }
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
      field.value = answer.token;
    }
    note(answer.secondsLeft);
    say("");
  };

  const look = () => {
    const anywhere = seenAnywhere();
    // A later end than ours is a later sign-in.
    if (anywhere.endsAt > endsAt + SAME) {
      endsAt = anywhere.endsAt;
      ask();
      return;
    }
    seenAt = Math.max(seenAt, anywhere.seenAt);
    const now = Date.now();
    const idleEnd = seenAt + IDLE;
    if (Math.min(idleEnd, endsAt) <= now) {
      sayEnded();
    } else if (endsAt - now <= WARNING) {
      say(`You signed in long ago, so your session ends at ${clock(endsAt)}. Save before then.`);
    } else if (idleEnd - now <= WARNING) {
      const words = `You have opened no page for a while, so your session ends at ${clock(idleEnd)}.`;
      say(words, " ", stayButton());
    } else {
      say("");
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    bar = document.createElement("div");
    Object.assign(bar, { className: "session-notice", role: "status" });
    document.querySelector("#content-start").prepend(bar);
    note(secondsLeft);
    setInterval(look, EVERY);
    document.addEventListener("visibilitychange", () => document.hidden || look());
    window.addEventListener("storage", ({ key }) => key === SEEN && look());
  });
})();
