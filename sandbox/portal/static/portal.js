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
  menuButton.addEventListener("click", () => {
    const open = document.body.classList.toggle("menu-open");
    menuButton.setAttribute("aria-expanded", String(open));
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
