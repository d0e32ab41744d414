// The page's hands: what is clicked, typed and chosen becomes one act of the person, done by the server.

import { asked, confirmed } from "./ask.js";
import { earlier, look, start, where } from "./live.js";
import { clear, say } from "./notices.js";
import { Suggest } from "./suggest.js";
import { valueOf, valuesOf } from "./values.js";

const suggest = new Suggest(JSON.parse(document.getElementById("known").textContent));

async function act(action, given) {
  clear();
  try {
    const sent = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...given, user: where().user }) };
    const response = await fetch(`/page/do/${action}`, sent);
    const type = response.headers.get("content-type") || "";
    const answer = type.includes("json") ? await response.json() : { ok: false, error: `The sandbox failed (${response.status}); its log says why.` };
    if (!answer.ok) say(answer.error);
    return answer.ok;
  } catch (error) {
    say(`The sandbox cannot be reached: ${error.message}`);
    return false;
  }
}

async function busy(element, work) {
  if (element.getAttribute("aria-busy")) return;
  element.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    element.removeAttribute("aria-busy");
  }
}

// Elements of the app: where they stand decides what is sent.
function use(field, value) {
  const element = field.closest(".el");
  const template = element.querySelector(":scope > template.confirm");
  return busy(field, async () => {
    if (template && !(await confirmed(template))) return;
    if (field.dataset.url) window.open(field.dataset.url, "_blank", "noopener");
    const view = field.closest("[data-view-id]");
    const message = field.closest("[data-ts]");
    const given = { action_id: field.dataset.actionId, block_id: field.dataset.blockId, value, values: valuesOf(view || message) };
    if (view) await act("click_view", { ...given, view_id: view.dataset.viewId });
    else await act("click", { ...given, channel: message.dataset.messageChannel, ts: message.dataset.ts });
  });
}

function visit(url) {
  const place = new URL(url, location.href);
  const archive = place.pathname.match(/^\/archives\/([^/]+)\/p(\d+)(\d{6})$/);
  const ask = place.searchParams;
  const home = place.pathname === "/home";
  const spot = archive
    ? { channel: archive[1], thread: ask.get("thread_ts") || "", at: `${archive[2]}.${archive[3]}` }
    : { channel: home ? "" : ask.get("channel") || "", thread: ask.get("thread") || "", at: ask.get("at") || "" };
  document.body.classList.remove("drawer");
  clear();
  look(spot);
  if (home) act("open_home", { tab: "home" });
}

const DO = {
  drawer: () => document.body.classList.toggle("drawer"),
  earlier: (button) => {
    document.getElementById("list").dataset.older = "1";
    earlier(Number(button.dataset.limit));
  },
  insert: (button) => {
    const field = button.closest("form").querySelector("textarea");
    const slash = button.dataset.text === "/";
    field.setRangeText(button.dataset.text, slash ? 0 : field.selectionStart, slash ? field.value.length : field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  },
  join: (button) => busy(button, () => act("join", { channel: button.dataset.to })),
  react: (button, message) => act("react", { ...message, name: button.dataset.name }),
  shortcut: (button, message) => busy(button, () => act("shortcut", { ...message, callback_id: button.dataset.callback })),
  copy: async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.link);
      say(`Copied ${button.dataset.link}`, true);
    } catch (error) {
      say(`The link is ${button.dataset.link} (the browser would not copy it: ${error.message})`);
    }
  },
  edit: async (button, message) => {
    const text = await asked("Edit message", "Save", plain(button.dataset.text));
    if (text !== null) await act("edit", { ...message, text });
  },
  delete: async (_button, message) => {
    if (await asked("Delete this message?", "Delete")) await act("delete", message);
  },
  dismiss: (button) => act("close", { view_id: button.closest("[data-view-id]").dataset.viewId, all: true }),
  "close-view": (button) => act("close", { view_id: button.closest("[data-view-id]").dataset.viewId }),
};

// A stored text as it was typed: mentions by name, entities as characters.
function plain(text) {
  const known = JSON.parse(document.getElementById("known").textContent);
  return text
    .replace(/<@([^<>|]+)(?:\|[^<>]*)?>/g, (whole, id) => (known.handles[id] ? `@${known.handles[id]}` : whole))
    .replace(/<#[^<>|]+\|([^<>]+)>/g, "#$1")
    .replace(/<((?:https?|mailto):[^<>|]+)(?:\|[^<>]*)?>/g, "$1")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

async function send(form) {
  const field = form.querySelector("textarea");
  const text = field.value;
  if (!text.trim()) return;
  suggest.close();
  field.value = "";
  typed(field);
  const sent = await act("post", { channel: form.dataset.to, thread: form.dataset.inThread, text });
  if (!sent && !field.value) {
    field.value = text;
    typed(field);
  }
}

// What is chosen or dropped is shared file by file; what stands in the field goes with the first.
async function share(form, files) {
  const field = form.querySelector("textarea");
  for (const file of files) {
    const text = field.value;
    const shared = await act("upload", {
      channel: form.dataset.to, thread: form.dataset.inThread, name: file.name, text, content: await inBase64(file),
    });
    if (!shared) return;
    if (text && field.value === text) {
      field.value = "";
      typed(field);
    }
  }
}

function inBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

// A file that is dropped on a thread goes there, elsewhere into the channel.
function composerAt(target) {
  const thread = target.closest("#thread");
  return (thread && thread.querySelector("[data-compose]")) || document.querySelector("#composer [data-compose]");
}

function typed(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
  field.closest("form").querySelector(".send").disabled = !field.value.trim();
}

document.addEventListener("click", (event) => {
  const target = event.target;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target) || target.closest("[role=menuitem]")) menu.open = false;
  }
  const link = target.closest("a[href]");
  const local = link && (link.hasAttribute("data-nav") || (link.origin === location.origin && link.pathname.startsWith("/archives/")));
  if (local && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    const url = new URL(link.href);
    url.searchParams.set("as", where().user);
    history.pushState(null, "", url);
    visit(url);
    return;
  }
  const button = target.closest("button");
  if (!button || button.closest("#ask")) return;
  const message = button.closest("[data-ts]");
  if (button.dataset.acts !== undefined) use(button, button.dataset.value || null);
  else if (DO[button.dataset.do]) DO[button.dataset.do](button, message && { channel: message.dataset.messageChannel, ts: message.dataset.ts });
});

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details.menu[open]")) return;
  for (const other of document.querySelectorAll("details.menu[open]")) if (other !== menu) other.open = false;
  const items = menu.querySelector(".items");
  items.classList.remove("up");
  const edge = menu.closest(".scroll")?.getBoundingClientRect().bottom ?? innerHeight;
  items.classList.toggle("up", items.getBoundingClientRect().bottom > edge);
}, true);

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.closest("[data-compose]")) {
    typed(field);
    suggest.update(field);
  } else if (field.classList.contains("filter")) {
    const wanted = field.value.toLowerCase();
    for (const row of field.closest(".picker").querySelectorAll(".choice")) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  } else if (field.dataset.type) {
    for (const one of field.type === "radio" ? document.getElementsByName(field.name) : [field]) one.dataset.touched = "";
  }
});

document.addEventListener("dragover", (event) => {
  if (event.dataTransfer.types.includes("Files") && composerAt(event.target)) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const form = event.dataTransfer.files.length && composerAt(event.target);
  if (!form) return;
  event.preventDefault();
  busy(form, () => share(form, [...event.dataTransfer.files]));
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.dataset.do === "upload") {
    const chosen = [...field.files];
    field.value = "";
    busy(field.form, () => share(field.form, chosen));
  } else if (field.dataset.do === "act-as") {
    const url = new URL(location.href);
    url.searchParams.set("as", field.value);
    location.assign(url);
  } else if (field.dataset.type && field.dataset.acts !== undefined && field.dataset.type !== "plain_text_input") {
    use(field, valueOf(field, field.closest("[data-view-id], [data-ts]")));
  }
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.compose !== undefined) send(form);
  else if (form.dataset.view === "modal") {
    const button = form.querySelector("button[type=submit]");
    if (button) busy(button, () => act("submit", { view_id: form.dataset.viewId, values: valuesOf(form) }));
  }
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.isComposing) return;
  if (field.matches?.("[data-compose] textarea")) {
    if (suggest.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send(field.form);
    }
  } else if (event.key === "Enter" && field.classList?.contains("filter")) {
    event.preventDefault();
  }
  if (event.key !== "Escape" || document.querySelector("#ask[open]")) return;
  const menu = document.querySelector("details.menu[open]");
  const modal = document.querySelector("#modal [data-view-id]");
  if (menu) menu.open = false;
  else if (modal) act("close", { view_id: modal.dataset.viewId });
  else document.body.classList.remove("drawer");
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches("[data-compose] textarea")) suggest.close();
});

window.addEventListener("popstate", () => visit(location.href));

start();
document.querySelector("#composer textarea")?.focus({ preventScroll: true });
if (location.pathname === "/home") act("open_home", { tab: "home" });
