// Lines that tell the person what went wrong, or that something quiet went well; they stay until dismissed, and stand above a modal that is open.

const box = document.getElementById("notices");

export function say(text, good = false) {
  const line = document.createElement("div");
  line.className = good ? "notice good" : "notice";
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "ghost";
  close.textContent = "✕";
  close.setAttribute("aria-label", "Dismiss notice");
  close.addEventListener("click", () => line.remove());
  line.append(words, close);
  box.append(line);
  while (box.children.length > 3) box.firstChild.remove();
}

export function clear() {
  box.replaceChildren();
}

export function raise(up) {
  box.classList.toggle("raised", up);
  if (up) document.body.append(box);
  else document.getElementById("composer").before(box);
}
