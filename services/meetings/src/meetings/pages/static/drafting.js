"use strict";
// Every change is a command at once; the server's page then takes the place of the one shown.
const body = document.body, content = document.getElementById("content"), said = document.getElementById("said");
const all = (what, where = document) => [...where.querySelectorAll(what)];
const draft = () => document.getElementById("draft");
let line = Promise.resolve(), fading = 0, searching = 0;

function say(text, bad = false) {
  said.textContent = text;
  said.className = bad ? "said bad" : "said";
  clearTimeout(fading);
  if (!bad && text) fading = setTimeout(() => { said.textContent = ""; }, 2500);
}

async function post(address, value, version) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": body.dataset.csrf,
    "Idempotency-Key": crypto.randomUUID(), "Accept-Language": document.documentElement.lang };
  if (version) headers["If-Match"] = `"${version}"`;
  const answer = await fetch(`/soan-thao/v1/notices${address}`, { method: "POST", headers, body: JSON.stringify(value) });
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 401) location.reload();
  const errors = (told.errors || []).map((e) => e.detail || e.message || "").filter(Boolean).join(" ");
  return { ok: answer.ok, status: answer.status, told, why: errors || told.detail || String(answer.status) };
}

const here = () => decodeURIComponent(location.hash.slice(1));
const item = (path) => all(".item").find((one) => one.dataset.path === path);

function go(path, focus = true) {
  const found = item(path);
  if (!found) return;
  all(".here").forEach((one) => one.classList.remove("here"));
  found.classList.add("here");
  history.replaceState(null, "", `#${encodeURIComponent(path)}`);
  const spans = all(".piece").filter((one) => one.dataset.of === path);
  spans.forEach((one) => one.classList.add("here"));
  const text = document.querySelector(".text");
  if (spans[0]) text.scrollTop += spans[0].getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 3;
  if (focus) { found.focus({ preventScroll: true }); found.scrollIntoView({ block: "nearest" }); }
}

async function renew(path) {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error("away");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const signer = all("#sign input").map((one) => one.value);
  content.replaceChildren(...page.getElementById("content").childNodes);
  all("#sign input").forEach((one, i) => { one.value = signer[i] || ""; });
  const open = all(".item:not(.decided)");
  const next = path || open[0]?.dataset.path;
  if (next) go(next); else document.querySelector("#sign input")?.focus();
}

const doubts = (where = document) => all(".doubt.open", where);

// To the next open doubt of the whole page from where one is, or back to the one before it.
function toDoubt(by) {
  const list = doubts(), at = document.activeElement.closest(".doubt.open") || document.activeElement.closest(".item");
  const after = (one) => !at || (at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  const before = (one) => at && (at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING);
  const next = by > 0 ? list.find(after) || list[0] : list.findLast(before) || list.at(-1);
  if (!next) return;
  if (next.dataset.path) go(next.dataset.path, false);
  next.querySelector("button").focus({ preventScroll: true });
  next.scrollIntoView({ block: "center" });
}

// A doubt is right as it was read; on to the next one of the item, or to the item itself.
function confirmDoubt(one) {
  const { path, field, code, name } = one.dataset;
  const place = one.closest(".item, #head");
  save("confirmations", { doubts: [{ path, field, code, name }] }, place, path || here(), () => {
    const [next] = doubts(path ? item(path) : document.getElementById("head"));
    if (next) next.querySelector("button").focus();
    else if (!path) toDoubt(1);
  });
}

// One after another, each on the version that the one before it left.
function save(address, value, place, stay, then) {
  line = line.then(async () => {
    say(body.dataset.saving);
    const version = draft().dataset.version;
    const answer = await post(`/${draft().dataset.id}/${address}`, value, version);
    if (answer.status === 412) { await renew(stay || here()); return say(body.dataset.stale, true); }
    if (answer.told.code === "not_signable") { await renew(here()); document.getElementById("uncovered")?.focus(); return say(answer.told.detail, true); }
    if (!answer.ok) {
      const shown = (place.isConnected ? place : content).querySelector(".wrong");
      shown.textContent = answer.why;
      shown.hidden = false;
      return say("");
    }
    await renew(stay);
    then?.();
    say(body.dataset.saved);
  }).catch(() => say(body.dataset.away, true));
}

const chosen = (one, name) => all(`[data-units="${name}"] [data-unit]`, one).map((chip) => chip.dataset.unit);

function decide(one, kind, stay) {
  const path = one.dataset.path;
  if (kind === "confirm") return save("reviews", { confirm: [path] }, one, stay);
  const decision = { path, kind };
  if (kind === "set_aside") decision.reason = body.dataset.nothing;
  if (kind === "assignment") {
    const [lead, ...others] = chosen(one, "lead");
    const due = one.querySelector("[name=due]"), rhythm = one.querySelector("[name=recurring]:checked");
    if (lead) decision.lead_unit_id = lead;
    decision.other_lead_ids = others;
    decision.coordinator_ids = chosen(one, "coordinators");
    const meeting = one.querySelector("[name=due_meeting]");
    if (meeting) decision.due_meeting = meeting.checked && !due.value && !rhythm ? JSON.parse(meeting.value) : null;
    if (rhythm) decision.recurring = rhythm.value;
    else if (due.value && due.value === due.dataset.was) decision.deadline = { due_at: due.dataset.late };
    else if (due.value) decision.deadline = { due_on: due.value };
  }
  save("reviews", { items: [decision] }, one, stay);
}

// All that an item does to earlier notices; an empty list says that it does nothing.
function decideLinks(form, none) {
  const one = form.closest(".item"), value = (row, name) => row.querySelector(`[name=${name}]`).value;
  const links = none ? [] : all(".link", form).map((row) => {
    const link = { kind: value(row, "kind"), notice_id: value(row, "notice"), item_path: value(row, "item") };
    if (link.kind === "re_dated" && value(row, "day")) link.deadline = { due_on: value(row, "day") };
    if (link.kind === "handed_over" && value(row, "lead")) link.lead_unit_id = value(row, "lead");
    return link;
  });
  save("links", { path: one.dataset.path, links }, form, one.dataset.path);
}

function take(one, name, unit, label) {
  if (!chosen(one, name).includes(unit)) {
    const chip = document.createElement("li");
    chip.dataset.unit = unit;
    chip.textContent = label;
    one.querySelector(`[data-units="${name}"] .chips.new`).append(chip);
  }
  if (chosen(one, "lead").length) decide(one, "assignment", one.dataset.path);
  else one.focus();
}

function close(box) {
  const list = box.parentElement.querySelector(".found");
  list.hidden = true;
  list.replaceChildren();
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function mark(box, index) {
  const options = all("[role=option]", box.parentElement);
  options.forEach((one, i) => one.setAttribute("aria-selected", String(i === index)));
  if (options[index]) { box.setAttribute("aria-activedescendant", options[index].id); options[index].scrollIntoView({ block: "nearest" }); }
}

async function search(box) {
  const mine = ++searching, list = box.parentElement.querySelector(".found");
  if (!box.value.trim()) return close(box);
  const answer = await fetch(`/soan-thao/don-vi?q=${encodeURIComponent(box.value)}`);
  if (!answer.ok) return say(body.dataset.away, true);
  const { items } = await answer.json();
  if (mine !== searching) return;
  const shown = items.map((unit, i) => {
    const option = document.createElement("li");
    option.id = `${list.id}-${i}`;
    option.setAttribute("role", "option");
    option.dataset.found = unit.unit_id;
    option.textContent = unit.name;
    return option;
  });
  list.replaceChildren(...shown);
  if (!shown.length) list.textContent = body.dataset.nobody;
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
  mark(box, 0);
}

function pick(option) {
  const units = option.closest("[data-units]");
  take(option.closest(".item"), units.dataset.units, option.dataset.found, option.textContent);
}

// From a reason to what it speaks of: its first open doubt, or the item or head itself.
function goTo(path) {
  if (path) go(path);
  const place = path ? item(path) : document.getElementById("head");
  const at = doubts(place)[0]?.querySelector("button") || place.querySelector("input");
  if (!path || doubts(place)[0]) at.focus();
  place.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const list = all(".item"), at = list.findIndex((one) => one.dataset.path === here());
  const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
  if (next) go(next.dataset.path);
}

document.addEventListener("input", (event) => { if (event.target.matches("[role=combobox]")) search(event.target); });

document.addEventListener("change", (event) => {
  const one = event.target.closest(".item"), head = event.target.closest("#head");
  // A deadline is a day, or a meeting's, or none with a rhythm: the last one chosen holds.
  if (one && event.target.matches("[name=due], .check :checked") && event.target.value) {
    if (event.target.name !== "due") one.querySelector("[name=due]").value = "";
    all(".check input", one).forEach((box) => { box.checked = box === event.target; });
  }
  if (one && event.target.matches("[name=due], [name=recurring], [name=due_meeting]") && chosen(one, "lead").length) decide(one, "assignment", one.dataset.path);
  if (head && event.target.value) save("header", { [event.target.name]: event.target.value }, head, here());
});

document.addEventListener("click", (event) => {
  const at = event.target.closest("button, [data-found], [data-go], .piece, .item");
  if (!at) return;
  const one = at.closest(".item");
  if (at.matches("[data-help]")) document.getElementById("keys").showModal();
  else if (at.dataset.found) pick(at);
  else if (at.dataset.do) decide(one, at.dataset.do);
  else if (at.matches("[data-right]")) confirmDoubt(at.closest(".doubt"));
  else if (at.matches("[data-no-links]")) decideLinks(at.closest(".links"), true);
  else if (at.dataset.take) take(one, at.dataset.take, at.dataset.unit, at.textContent);
  else if (at.matches("[data-remove]")) { at.parentElement.remove(); decide(one, "assignment", one.dataset.path); }
  else if ("go" in at.dataset) { event.preventDefault(); goTo(at.dataset.go); }
  else if (at.dataset.of) go(at.dataset.of);
  else if (at.matches(".item")) go(at.dataset.path, false);
});

document.addEventListener("mouseover", (event) => {
  const path = event.target.closest(".item")?.dataset.path;
  all(".piece").forEach((one) => one.classList.toggle("here", one.dataset.of === (path || here())));
});

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (box.matches("[role=combobox]")) {
    const options = all("[role=option]", box.parentElement), at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); mark(box, Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), options.length - 1)); }
    if (event.key === "Enter") { event.preventDefault(); if (options[at]) pick(options[at]); }
  }
  if (event.key === "Escape" && box.closest(".item")) { if (box.matches("[role=combobox]")) close(box); box.closest(".item").focus(); return; }
  if (box.matches("input, textarea, select, dialog *") || !draft()) return;
  if (box.matches("button, a, summary") && (event.key === "Enter" || event.key === " ")) return;
  const one = item(here()), frozen = draft().dataset.state === "signed";
  const keys = {
    u: () => toDoubt(1), U: () => toDoubt(-1), j: () => step(1), k: () => step(-1), "?": () => document.getElementById("keys").showModal(),
    s: () => { const first = document.querySelector("#sign input"); first?.focus(); first?.scrollIntoView({ block: "center" }); },
  };
  if (one && !frozen) Object.assign(keys, {
    Enter: () => decide(one, one.dataset.clear && !one.dataset.decided ? "confirm" : "assignment"),
    n: () => decide(one, "set_aside"), t: () => decide(one, "statement"),
    "/": () => one.querySelector("[role=combobox]").focus(), d: () => one.querySelector("[name=due]").focus(),
  });
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  event.preventDefault();
  if (form.matches(".links")) return decideLinks(form, false);
  const given = new FormData(form);
  if (form.id === "sign") save("signature", { signed_by: { name: given.get("name"), office: given.get("office") } }, form, here());
  if (form.id === "begin") {
    const chosenMeeting = form.elements.meeting.selectedOptions[0];
    say(body.dataset.saving);
    const answer = await post("", { committee_id: chosenMeeting.dataset.committee, meeting_id: chosenMeeting.value, text: given.get("text") }).catch(() => ({ why: body.dataset.away }));
    if (answer.ok) location.assign(`/soan-thao/${answer.told.id}`); else say(answer.why, true);
  }
});

// The way back to a draft stays on this computer; its words do not.
const RECENT = "tiendo.drafts";
const recent = () => { try { return JSON.parse(localStorage.getItem(RECENT)) || []; } catch { return []; } };
if (draft()) {
  const mine = { id: draft().dataset.id, at: new Date().toLocaleString(document.documentElement.lang) };
  localStorage.setItem(RECENT, JSON.stringify([mine, ...recent().filter((one) => one.id !== mine.id)].slice(0, 10)));
  go(item(here()) ? here() : all(".item")[0]?.dataset.path);
} else if (recent().length) {
  document.getElementById("recent").hidden = false;
  document.querySelector("#recent ul").append(...recent().map((one) => {
    const row = document.createElement("li"), link = document.createElement("a");
    link.href = `/soan-thao/${encodeURIComponent(one.id)}`;
    link.textContent = one.at;
    row.append(link);
    return row;
  }));
}
