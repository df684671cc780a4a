// What the pages can do without, and are better with: copying, the menu of a small screen, and what follows by itself.
"use strict";

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(source);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = label; }, 1600);
}

function wake(root) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.sure;
  if (question && !confirm(question)) event.preventDefault();
});

const menuButton = document.getElementById("menu-button");
if (menuButton) {
  menuButton.hidden = false;
  document.body.classList.add("has-script");
  const show = (open) => {
    document.body.classList.toggle("menu-open", open);
    menuButton.setAttribute("aria-expanded", String(open));
  };
  menuButton.addEventListener("click", () => show(!document.body.classList.contains("menu-open")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.body.classList.contains("menu-open")) return;
    show(false);
    menuButton.focus();
  });
}

// A part of the page that follows what happens elsewhere. It rests while nobody looks, and ends with data-done.
function follow(part) {
  let shown = part.innerHTML;
  const look = async () => {
    if (document.visibilityState !== "visible") return;
    const answer = await fetch(part.dataset.poll, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const text = await answer.text();
    // Tokens of forms are the same all session long, so equal text is an equal page.
    if (text.trim() === shown.trim()) return;
    const wasHere = part.contains(document.activeElement);
    shown = text;
    part.innerHTML = text;
    wake(part);
    if (wasHere) part.focus();
    if (part.querySelector("[data-done]")) clearInterval(timer);
  };
  const timer = setInterval(look, Number(part.dataset.every || 2000));
  addEventListener("focus", look);
}

wake(document);
for (const part of document.querySelectorAll("[data-poll]")) {
  if (!part.querySelector("[data-done]")) follow(part);
}

// A long way is turned in steps, so that the bar can say how far it is; without script the clock turns at once.
const turn = document.querySelector("[data-turn]");
if (turn) {
  turn.addEventListener("submit", async (event) => {
    const step = event.submitter?.name === "step" ? event.submitter.value : null;
    const now = new Date(`${turn.day.min}T00:00:00Z`);
    const days = step === "month" ? 30 : step ? Number(step) : Math.round((new Date(`${turn.day.value}T00:00:00Z`) - now) / 864e5);
    if (!(days > 3) || step === "month") return;
    event.preventDefault();
    const bar = document.getElementById("turning");
    bar.hidden = false;
    const stride = Math.max(1, Math.ceil(days / 12));
    // To a day: the last stride is the form's own, which knows the hour.
    const last = step ? days : days - 1;
    for (let done = 0; done < last;) {
      const part = Math.min(stride, last - done);
      const body = new URLSearchParams({ csrf_token: turn.csrf_token.value, step: String(part) });
      const answer = await fetch(turn.action, { method: "POST", body, credentials: "same-origin" });
      if (!answer.ok) { document.getElementById("turning-text").textContent = "The clock could not be turned further."; return; }
      done += part;
      bar.firstElementChild.value = done / days;
      document.getElementById("turning-text").textContent = `${done} of ${days} days`;
    }
    if (step) location.reload(); else turn.submit();
  });
}
