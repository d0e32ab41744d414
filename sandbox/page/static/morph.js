// Makes one element's children like those of some HTML while keeping what the person has typed, opened and focused.

const keyOf = (node) => (node.nodeType === 1 ? node.dataset.key || node.id || "" : "");
const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

export function morph(target, html) {
  const wanted = document.createElement("template");
  wanted.innerHTML = html;
  children(target, wanted.content);
}

function children(now, wanted) {
  const keyed = new Map();
  for (const child of now.childNodes) if (keyOf(child)) keyed.set(keyOf(child), child);
  let at = now.firstChild;
  for (const want of [...wanted.childNodes]) {
    const key = keyOf(want);
    let have = key ? keyed.get(key) : at;
    if (!key && at && keyOf(at) && keyOf(want) !== keyOf(at)) have = null;
    if (have && alike(have, want)) {
      if (have === at) at = at.nextSibling;
      else now.insertBefore(have, at);
      element(have, want);
    } else {
      now.insertBefore(want, at);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function element(have, want) {
  if (have.nodeType !== 1) {
    if (have.nodeValue !== want.nodeValue) have.nodeValue = want.nodeValue;
    return;
  }
  if (have.isEqualNode(want)) return;
  attributes(have, want);
  if (have.nodeName === "TEXTAREA" || have.nodeName === "TEMPLATE") {
    if (have.nodeName === "TEMPLATE" || !touched(have)) have.innerHTML = want.innerHTML;
    return;
  }
  children(have, want);
  if (have.nodeName === "SELECT" && !touched(have)) have.value = [...have.options].find((o) => o.defaultSelected)?.value ?? "";
}

// What the person's hands have changed is theirs: open menus, typed values, ticks, the state of a busy button.
const OWN = { DETAILS: ["open"], BUTTON: ["aria-busy", "disabled"], FORM: ["aria-busy"], TEXTAREA: ["style"], DIV: ["hidden"] };

export const touched = (field) => field.dataset.touched !== undefined;

function attributes(have, want) {
  const kept = [...(OWN[have.nodeName] || []), "data-touched"];
  for (const { name } of [...have.attributes]) if (!want.hasAttribute(name) && !kept.includes(name)) have.removeAttribute(name);
  for (const { name, value } of want.attributes) {
    if (!kept.includes(name) && have.getAttribute(name) !== value) have.setAttribute(name, value);
  }
  if (have.nodeName === "INPUT" && !touched(have)) {
    if (have.type === "checkbox" || have.type === "radio") have.checked = want.hasAttribute("checked");
    else if (have.type !== "search") have.value = want.getAttribute("value") || "";
  }
}
