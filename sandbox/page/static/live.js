// The live connection: says where this page looks, draws the parts that come back, and reconnects by itself.

import { morph } from "./morph.js";
import { raise, say } from "./notices.js";

const body = document.body.dataset;
const $ = (id) => document.getElementById(id);
const offline = $("offline");
let socket = null;
let number = 0;
let limit = 0;
let retry = 0;
let drawn = { channel: body.channel, thread: body.thread };

// A box that is at its end stays there when it gets smaller: a notice, a growing composer, a turned phone.
const atEnd = new WeakMap();
const keeper = new ResizeObserver((boxes) => boxes.forEach(({ target }) => atEnd.get(target) && toEnd(target)));

function keepEnd(box) {
  if (!box || atEnd.has(box)) return;
  atEnd.set(box, true);
  box.addEventListener("scroll", () => atEnd.set(box, nearEnd(box)), { passive: true });
  keeper.observe(box);
}

const nearEnd = (box) => box && box.scrollHeight - box.scrollTop - box.clientHeight < 80;
const toEnd = (box) => box && (box.scrollTop = box.scrollHeight);
const replies = () => document.querySelector("#thread > .scroll");

export const where = () => ({ user: body.user, channel: body.channel, thread: body.thread, at: body.at });

export function look(spot) {
  Object.assign(body, { channel: "", thread: "", at: "", ...spot });
  if (spot.channel !== drawn.channel) limit = 0;
  send();
}

export function earlier(more) {
  limit = more;
  send();
}

function send() {
  number += 1;
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ ...where(), number, limit }));
}

function receive({ number: answered, spot, fragments, said }) {
  said.forEach((text) => say(text));
  if (answered !== number) return;
  const list = $("list");
  const moved = spot.channel !== drawn.channel;
  const threadMoved = spot.thread !== drawn.thread;
  const stick = [moved || nearEnd(list), threadMoved || nearEnd(replies())];
  const bottom = list.scrollHeight - list.scrollTop;
  const older = limit && fragments.list && !moved;
  const hadModal = currentModal();
  for (const [name, html] of Object.entries(fragments)) morph($(name), html);
  Object.assign(body, spot);
  drawn = { channel: spot.channel, thread: spot.thread };
  settle(stick, older ? bottom : 0, moved || threadMoved);
  modalChanged(hadModal);
  if (moved || threadMoved) document.querySelector(spot.thread ? "#thread textarea" : "#composer textarea")?.focus();
}

function settle([stickList, stickThread], bottom, fresh) {
  const list = $("list");
  const marked = fresh && body.at && document.querySelector(body.thread ? "#thread .marked" : "#list .marked");
  if (stickList) body.channel ? toEnd(list) : (list.scrollTop = 0);
  else if (bottom && list.dataset.older) list.scrollTop = list.scrollHeight - bottom;
  delete list.dataset.older;
  if (stickThread && drawn.thread) toEnd(replies());
  atEnd.set(list, Boolean(body.channel) && nearEnd(list));
  keepEnd(replies());
  if (marked) marked.scrollIntoView({ block: "center" });
  const here = document.querySelector("#top h1");
  document.title = `${here ? here.textContent.trim() : "Conversations"} · Countersign sandbox`;
}

const currentModal = () => document.querySelector("#modal [data-view-id]")?.dataset.viewId;

function modalChanged(before) {
  const now = currentModal();
  document.querySelector(".client").inert = Boolean(now);
  if (Boolean(before) !== Boolean(now)) raise(Boolean(now));
  const box = document.querySelector("#modal .modal");
  if (now && now !== before) (box.querySelector(".blocks :is(input, textarea, select):not([type=hidden])") || box.querySelector("footer button")).focus();
  const wrong = box?.querySelector(".error");
  if (wrong && !box.dataset.complained) wrong.scrollIntoView({ block: "center" });
  if (box) box.toggleAttribute("data-complained", Boolean(wrong));
  if (before && !now) document.querySelector("#composer textarea")?.focus();
}

export function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/page/live`);
  socket.onopen = () => {
    retry = 0;
    offline.hidden = true;
    send();
  };
  socket.onmessage = (event) => receive(JSON.parse(event.data));
  socket.onclose = () => {
    offline.hidden = retry < 1;
    retry += 1;
    setTimeout(connect, Math.min(4000, 250 * retry));
  };
}

export function start() {
  keepEnd($("list"));
  settle([true, true], 0, true);
  modalChanged(undefined);
  connect();
}
