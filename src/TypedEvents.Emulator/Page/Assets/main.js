import { html, svg, nothing, render } from './vendor/lit-html.js';
import { Store, getJson } from './store.js';
import { details } from './details.js';
import { requestsTab, usersTab, planTab, misbehaveTab } from './tabs.js';
import { time, count } from './format.js';

const ROW_HEIGHT = 30;
const HEAD_HEIGHT = 26;
const OVERSCAN = 12;
const UNDO_MS = 10_000;
const ANNOUNCE_MS = 5_000;
const TABS = ['events', 'requests', 'users', 'plan', 'misbehave'];
const STATUSES = {
  breaks: 'breaks plan', rejected: 'rejected', repeated: 'repeated', conflict: 'conflict', ok: 'ok',
};

const root = document.getElementById('app');
const store = new Store(schedule);

const state = {
  tab: 'events',
  paused: false,
  /** The sequence number of the row that the keyboard is on; null: the list is live. */
  cursor: null,
  /** The event whose details are shown. */
  open: null,
  view: 'pretty',
  mark: 0,
  clearing: null,
  message: '',
  announcement: '',
  names: { events: [], users: [] },
  data: { requests: null, request: null, users: null, plan: null },
  error: null,
  keys: localStorage.getItem('keys') !== 'off',
  theme: localStorage.getItem('theme') ?? 'auto',
  scrollTop: 0,
  height: 600,
};

// ---- The URL holds the filter, the tab and the open event.

function readUrl() {
  const query = new URLSearchParams(location.search);
  store.filter = {};
  for (const key of ['event', 'user', 'status', 'search', 'after', 'from', 'to']) {
    if (query.get(key)) store.filter[key] = query.get(key);
  }
  state.tab = TABS.includes(query.get('tab')) ? query.get('tab') : 'events';
  state.mark = Number(query.get('mark')) || 0;
  return Number(query.get('open')) || null;
}

function writeUrl() {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(store.filter)) if (value) query.set(key, value);
  if (state.tab !== 'events') query.set('tab', state.tab);
  if (state.mark) query.set('mark', state.mark);
  if (state.open) query.set('open', state.open.sequence);
  history.replaceState(null, '', `${location.pathname}${query.size > 0 ? `?${query}` : ''}`);
}

// ---- What the reader does.

let searchTimer = 0;

function setFilter(changes, delay = 0) {
  for (const [key, value] of Object.entries(changes)) {
    if (value) store.filter[key] = String(value);
    else delete store.filter[key];
  }
  schedule();
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => {
    writeUrl();
    releaseCursor();
    scrollTo(0);
    store.reload();
  }, delay);
}

function setTab(tab) {
  // The new list starts at its top.
  if (tab !== state.tab) state.scrollTop = 0;
  state.tab = tab;
  writeUrl();
  loadTab();
  schedule();
}

async function loadTab() {
  try {
    state.error = null;
    if (state.tab === 'requests') state.data.requests = await getJson('requests?take=200');
    if (state.tab === 'users') state.data.users = await getJson('users?take=500');
    if (state.tab === 'plan') state.data.plan = await getJson('plan');
  } catch (error) {
    state.error = error.message;
  }
  schedule();
}

async function loadNames() {
  try {
    const [plan, users] = await Promise.all([getJson('plan'), getJson('users?take=200')]);
    state.names = { events: plan.events.map(event => event.name), users: users.users.map(user => user.value) };
    schedule();
  } catch { /* The fields suggest nothing then. */ }
}

function pause() {
  state.paused = !state.paused;
  schedule();
}

function markHere() {
  state.mark = store.batch?.last ?? 0;
  if (store.filter.after) store.filter.after = String(state.mark);
  writeUrl();
  say('Marked: what arrives from here on is above the line.');
  if (store.filter.after) store.reload();
}

function clear() {
  const through = store.batch?.last ?? 0;
  finishClearing();
  const before = store.hidden;
  store.hideThrough(through);
  close();
  state.clearing = { through, before, timer: setTimeout(finishClearing, UNDO_MS) };
  schedule();
}

async function finishClearing() {
  const clearing = state.clearing;
  if (!clearing) return;
  clearTimeout(clearing.timer);
  state.clearing = null;
  schedule();
  try {
    await getJson(`events?through=${clearing.through}`, { method: 'DELETE' });
  } catch (error) {
    say(`The events could not be cleared: ${error.message}`);
  }
}

function undoClear() {
  if (!state.clearing) return;
  clearTimeout(state.clearing.timer);
  store.hidden = state.clearing.before;
  state.clearing = null;
  store.reload();
}

function showNew() {
  store.release();
  releaseCursor();
  scrollTo(0);
  schedule();
}

function releaseCursor() {
  state.cursor = null;
}

async function open(sequence, { focus = false } = {}) {
  state.cursor = sequence;
  state.open = { sequence, event: state.open?.event ?? null, isLoading: true };
  writeUrl();
  schedule();
  let event = null;
  let error = null;
  try {
    event = await getJson(`events/${sequence}`);
  } catch (failed) {
    error = failed.message;
  }
  if (state.open?.sequence !== sequence) return;
  state.open = { sequence, event, error };
  schedule();
  if (focus) requestAnimationFrame(() => document.getElementById('details')?.focus());
}

function close() {
  if (!state.open) return;
  state.open = null;
  writeUrl();
  schedule();
  document.getElementById('list')?.focus();
}

/** Moves the cursor down (older) or up (newer). */
function move(by) {
  const last = store.sequences.length - 1;
  if (last < 0) return;
  const at = state.cursor === null ? (by > 0 ? last + 1 : last) : store.indexOf(state.cursor);
  moveTo(Math.min(last, Math.max(0, at - by)));
}

function moveTo(index) {
  const sequence = store.sequences[index];
  if (sequence === undefined) return;
  state.cursor = sequence;
  keepVisible(store.sequences.length - 1 - index);
  if (state.open) open(sequence);
  schedule();
}

/** The next or previous event of the same name among those listed. */
async function moveToSame(by) {
  const row = state.cursor === null ? null : store.row(state.cursor);
  if (!row) return;
  const index = await getJson(`events/index?${store.query({ event: row.event })}`);
  let sequence = 0;
  const same = index.sequences.map(difference => (sequence += difference)).filter(one => store.sequences[store.indexOf(one)] === one);
  const target = by > 0 ? same.filter(one => one < row.sequence).pop() : same.find(one => one > row.sequence);
  if (target === undefined) say(`No ${by > 0 ? 'older' : 'newer'} ${row.event}.`);
  else moveTo(store.indexOf(target));
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`Copied ${what}.`);
  } catch {
    say('The browser didn’t allow copying.');
  }
}

let messageTimer = 0;

function say(message) {
  state.message = message;
  clearTimeout(messageTimer);
  messageTimer = setTimeout(() => { state.message = ''; schedule(); }, 4000);
  schedule();
}

function setTheme(theme) {
  state.theme = theme;
  localStorage.setItem('theme', theme);
  applyTheme();
  schedule();
}

function applyTheme() {
  if (state.theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = state.theme;
}

async function behave(behavior) {
  try {
    await getJson('behavior', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(behavior) });
    say(behavior.kind === 'normal' ? 'Responds normally again.' : 'Done: it applies to the next requests.');
  } catch (error) {
    say(error.message);
  }
}

async function openRequest(number) {
  try {
    state.data.request = await getJson(`requests/${number}`);
  } catch (error) {
    say(error.message);
  }
  schedule();
}

const actions = { setFilter, setTab, open, close, move, copy, say, behave, openRequest, loadTab, setView, schedule };

function setView(view) {
  state.view = view;
  if (view === 'plan') getJson('plan').then(plan => { state.data.plan = plan; schedule(); }, () => {});
  schedule();
}

// ---- Drawing: everything at most once a frame.

let frame = 0;

function schedule() {
  frame ||= requestAnimationFrame(draw);
}

/** Whether nothing may move, because the reader looks at something. */
const isHeld = () => state.paused || state.cursor !== null || state.scrollTop > 0;

function draw() {
  frame = 0;
  if (!isHeld()) store.release();
  announce();
  render(view(), root);
  place();
}

function place() {
  const list = document.getElementById('list');
  if (!list) return;
  const total = store.sequences.length;
  setStyle(list.querySelector('.space'), 'height', `${total * ROW_HEIGHT}px`);
  setStyle(list.querySelector('.rows'), 'transform', `translateY(${range().first * ROW_HEIGHT}px)`);
  if (list.clientHeight !== state.height && list.clientHeight > 0) {
    state.height = list.clientHeight;
    schedule();
  }
  // The rows that were never received, or no longer cached.
  const { first, end } = range();
  const missing = [];
  for (let i = first; i < end; i++) {
    const sequence = store.sequences[total - 1 - i];
    if (!store.row(sequence)) missing.push(sequence);
  }
  if (missing.length > 0) store.want(missing[0], missing[missing.length - 1]);
}

function setStyle(element, name, value) {
  if (element.style[name] !== value) element.style[name] = value;
}

function range() {
  const total = store.sequences.length;
  const first = Math.max(0, Math.min(total, Math.floor(state.scrollTop / ROW_HEIGHT) - OVERSCAN));
  return { first, end: Math.min(total, first + Math.ceil(state.height / ROW_HEIGHT) + 2 * OVERSCAN) };
}

function onScroll(event) {
  state.scrollTop = event.target.scrollTop;
  schedule();
}

function scrollTo(top) {
  state.scrollTop = top;
  const list = document.getElementById('list');
  if (list) list.scrollTop = top;
}

function keepVisible(position) {
  const top = position * ROW_HEIGHT;
  const list = document.getElementById('list');
  if (!list) return;
  if (top < list.scrollTop) scrollTo(top);
  else if (top + ROW_HEIGHT + HEAD_HEIGHT > list.scrollTop + list.clientHeight) scrollTo(top + ROW_HEIGHT + HEAD_HEIGHT - list.clientHeight);
}

let announced = { at: -Infinity, text: '' };

/** For screen readers, at most each five seconds. */
function announce() {
  const text = `${count(store.batch?.counts.events ?? 0)} events${store.waiting.length > 0 ? `, ${count(store.waiting.length)} new` : ''}${state.paused ? ', paused' : ''}`;
  const now = performance.now();
  if (text === announced.text) return;
  if (now - announced.at >= ANNOUNCE_MS) {
    announced = { at: now, text };
    state.announcement = text;
  } else {
    clearTimeout(announceTimer);
    announceTimer = setTimeout(schedule, ANNOUNCE_MS);
  }
}

let announceTimer = 0;

const ICONS = {
  play: 'M4 2.5v11l9-5.5z', pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  link: 'M6 4V2h8v8h-2V4zM2 6h8v8H2zm2 2v4h4V8z',
};

const icon = path => html`<svg class="glyph" viewBox="0 0 16 16" width="11" height="11" aria-hidden="true"><path d=${path}></path></svg>`;

const view = () => html`
  ${header()}
  <main>
    ${state.tab === 'events' ? html`${filters()}<div class=${state.open ? 'split is-open' : 'split'}>${list()}${state.open ? details(state, store, actions) : nothing}</div>` : nothing}
    ${state.tab === 'requests' ? requestsTab(state, actions) : nothing}
    ${state.tab === 'users' ? usersTab(state, actions) : nothing}
    ${state.tab === 'plan' ? planTab(state, actions) : nothing}
    ${state.tab === 'misbehave' ? misbehaveTab(state, store, actions) : nothing}
  </main>
  ${tabs()}
  <div class="toast" role="status" aria-live="polite">${state.clearing
    ? html`Cleared. <button class="link" @click=${undoClear}>Undo</button>`
    : state.message}</div>
  <div class="hidden" role="status" aria-live="polite" id="announcement">${state.announcement}</div>
  ${help()}`;

const CONNECTION = { connected: ['●', 'connected'], connecting: ['◌', 'connecting'], offline: ['○', 'not connected'] };

function header() {
  const [icon, word] = CONNECTION[store.connection];
  const counts = store.batch?.counts;
  return html`<header>
    <h1><img src="icon.svg" alt="" width="20" height="20">TypedEvents <span>emulator</span></h1>
    <p class="connection is-${store.connection}"><span aria-hidden="true">${icon}</span> ${word} <code>${store.hello?.address.replace(/^https?:\/\//, '') ?? ''}</code></p>
    <div class="grow"></div>
    ${counts ? html`<ul class="counts" aria-label="Counts">
      <li><b>${count(counts.events)}</b> ${counts.events === 1 ? 'event' : 'events'}</li>
      ${store.batch.planTotal > 0 ? countOf(counts.breaks, 'breaks', counts.breaks === 1 ? 'breaks plan' : 'break plan') : nothing}
      ${countOf(counts.rejected, 'rejected', 'rejected')}
      ${countOf(counts.repeated, 'repeated', 'repeated')}
      ${countOf(counts.conflicts, 'conflict', counts.conflicts === 1 ? 'conflict' : 'conflicts')}
      ${store.batch.dropped > 0 ? html`<li class="is-dropped" title="The emulator stores the newest events only, up to its bound.">${count(store.batch.dropped)} oldest dropped</li>` : nothing}
    </ul>${rate()}` : nothing}
  </header>`;
}

const countOf = (number, status, word) => html`<li><button class="count is-${number > 0 ? status : 'none'}" title="Show these"
  @click=${() => { setTab('events'); setFilter({ status: store.filter.status === status ? '' : status }); }}><b>${count(number)}</b> ${word}</button></li>`;

function rate() {
  const { from, counts } = store.batch.rate;
  const most = Math.max(4, ...counts);
  const last = counts[counts.length - 2] ?? 0;
  const selected = second => store.filter.from && second * 1000 >= Number(store.filter.from) && second * 1000 < Number(store.filter.to);
  return html`<div class="rate"><svg viewBox="0 0 240 28" width="240" height="28" preserveAspectRatio="none" role="img" aria-label="Events in each of the last ${counts.length} seconds, at most ${most}"
      @click=${event => { const box = event.currentTarget.getBoundingClientRect(); showSecond(from + Math.floor((event.clientX - box.left) / box.width * counts.length)); }}>
    <rect class="ground" x="0" y="0" width="240" height="28"></rect>
    ${counts.map((number, i) => svg`<rect class=${selected(from + i) ? 'is-selected' : ''} x=${i * 4} width="3" y=${27 - Math.round(number / most * 26)} height=${1 + Math.round(number / most * 26)}></rect>`)}
  </svg><span class="number">${count(last)}/s</span></div>`;
}

function showSecond(second) {
  const isShown = Number(store.filter.from) === second * 1000;
  setTab('events');
  setFilter(isShown ? { from: '', to: '' } : { from: second * 1000, to: (second + 1) * 1000 });
}

function filters() {
  const { filter } = store;
  return html`<search class="filters">
    <button class="toggle" aria-pressed=${state.paused} aria-keyshortcuts="p" @click=${pause}>${state.paused
      ? html`${icon(ICONS.play)} Paused` : html`${icon(ICONS.pause)} Live`}<kbd>p</kbd></button>
    <button aria-keyshortcuts="m" title="Draw a line: what arrives from here on is above it" @click=${markHere}>From here<kbd>m</kbd></button>
    <button aria-keyshortcuts="x" title="Remove all events from this page; can be undone for ten seconds" @click=${clear}>Clear<kbd>x</kbd></button>
    <span class="separator"></span>
    <input id="event" class=${filter.event ? 'is-set' : ''} type="search" list="event-names" placeholder="event" aria-label="Event" autocomplete="off" spellcheck="false"
      .value=${filter.event ?? ''} @change=${event => setFilter({ event: event.target.value.trim() })}>
    <datalist id="event-names">${state.names.events.map(name => html`<option value=${name}></option>`)}</datalist>
    <input id="user" class=${filter.user ? 'is-set' : ''} type="search" list="user-names" placeholder="user" aria-label="User: external id or EUID" autocomplete="off" spellcheck="false"
      .value=${filter.user ?? ''} @change=${event => setFilter({ user: event.target.value.trim() })}>
    <datalist id="user-names">${state.names.users.map(name => html`<option value=${name}></option>`)}</datalist>
    <select id="status" class=${filter.status ? 'is-set' : ''} aria-label="Status" .value=${filter.status ?? ''} @change=${event => setFilter({ status: event.target.value })}>
      <option value="">any status</option>
      ${Object.entries(STATUSES).map(([status, text]) => html`<option value=${status} ?selected=${filter.status === status}>${text}</option>`)}
    </select>
    <input id="search" class=${filter.search ? 'is-set' : ''} type="search" placeholder="Search in everything stored   /" aria-label="Search" aria-keyshortcuts="/" autocomplete="off" spellcheck="false"
      .value=${filter.search ?? ''} @input=${event => setFilter({ search: event.target.value }, 150)}>
    ${filter.from ? chip(`at ${time(Number(filter.from), false)}`, () => setFilter({ from: '', to: '' })) : nothing}
    ${state.mark ? html`<button class="toggle" aria-pressed=${Boolean(filter.after)} @click=${() => setFilter({ after: filter.after ? '' : state.mark })}>Only after the line</button>` : nothing}
    ${Object.keys(filter).length > 0 ? html`<button class="link" id="show-all" @click=${() => setFilter({ event: '', user: '', status: '', search: '', after: '', from: '', to: '' })}>Show all</button>` : nothing}
    <span class="matches" aria-live="off">${Object.keys(filter).length > 0 ? `${count(store.sequences.length + store.waiting.length)} match` : ''}</span>
    <button title="Copy the address of this page with its filters" @click=${() => copy(location.href, 'the link')}>${icon(ICONS.link)} Link</button>
    <button popovertarget="settings" aria-label="Settings"><span aria-hidden="true">⚙</span></button>
    <div id="settings" popover>
      <fieldset><legend>Theme</legend>${['auto', 'light', 'dark'].map(theme => html`<label><input type="radio" name="theme" .checked=${state.theme === theme} @change=${() => setTheme(theme)}> ${theme}</label>`)}</fieldset>
      <label><input type="checkbox" id="keys" .checked=${state.keys} @change=${event => { state.keys = event.target.checked; localStorage.setItem('keys', state.keys ? 'on' : 'off'); schedule(); }}> Single-key shortcuts</label>
      <button class="link" @click=${showHelp}>All keys</button>
    </div>
  </search>`;
}

const chip = (text, remove) => html`<button class="chip" @click=${remove}>${text} <span aria-hidden="true">✕</span><span class="hidden">remove</span></button>`;

function list() {
  const total = store.sequences.length;
  const { first, end } = range();
  const rows = [];
  for (let i = first; i < end; i++) rows.push(row(i, store.sequences[total - 1 - i]));
  const cursorIndex = state.cursor === null ? -1 : total - 1 - store.indexOf(state.cursor);
  return html`<section class="events" aria-label="Events">
    ${store.waiting.length > 0 ? html`<button class="new" @click=${showNew}><span aria-hidden="true">↑</span> ${count(store.waiting.length)} new${state.paused ? ', paused' : ''}</button>` : nothing}
    <div id="list" role="grid" tabindex="0" aria-label="Events, newest first" aria-rowcount=${total + 1} aria-colcount="5"
        aria-activedescendant=${cursorIndex >= first && cursorIndex < end ? `row-${state.cursor}` : nothing}
        @scroll=${onScroll} @keydown=${onListKey} @click=${onListClick}>
      <div class="head row" role="row" aria-rowindex="1"><span role="columnheader">Time</span><span role="columnheader">Event</span><span role="columnheader">User</span><span role="columnheader">Properties</span><span role="columnheader">Status</span></div>
      <div class="space" role="presentation"><div class="rows" role="presentation">${rows}</div></div>
    </div>
    ${total === 0 ? empty() : nothing}
  </section>`;
}

function row(i, sequence) {
  const one = store.row(sequence);
  const isMarked = state.mark && sequence <= state.mark && (i === 0 || store.sequences[store.sequences.length - i] > state.mark);
  const classes = `row is-${one?.status ?? 'loading'}${sequence === state.cursor ? ' is-cursor' : ''}${isMarked ? ' is-mark' : ''}`;
  if (!one || one.gone) {
    return html`<div class=${classes} role="row" id=${`row-${sequence}`} aria-rowindex=${i + 2} data-sequence=${sequence}>
      <span role="gridcell"></span><span role="gridcell">${one ? 'no longer stored' : '…'}</span><span role="gridcell"></span><span role="gridcell"></span><span role="gridcell"></span></div>`;
  }
  return html`<div class=${classes} role="row" id=${`row-${sequence}`} aria-rowindex=${i + 2} aria-selected=${sequence === state.cursor} data-sequence=${sequence}>
    <span role="gridcell" class="time">${time(one.time)}</span><span role="gridcell" class="name">${one.event}</span><span role="gridcell" class="user">${one.user}</span><span role="gridcell" class="summary">${one.summary}</span><span role="gridcell" class="status">${statusText(one)}</span></div>`;
}

function statusText(row) {
  switch (row.status) {
    case 'ok': return '✓ ok';
    case 'breaks': return row.problems === 1 ? '✗ 1 problem' : `✗ ${row.problems} problems`;
    case 'repeated': return `↻ sent ×${row.ordinal}`;
    case 'conflict': return `≠ conflict ×${row.ordinal}`;
    default: return `⊘ ${row.http ?? 'no response'}${row.code ? ` ${row.code}` : ''} rejected`;
  }
}

function empty() {
  if (store.loading) return html`<p class="empty">Loading…</p>`;
  if (store.error) return html`<p class="empty">${store.error}</p>`;
  if (Object.keys(store.filter).length > 0) return html`<p class="empty">No stored event matches. <button class="link" @click=${() => setFilter({ event: '', user: '', status: '', search: '', after: '', from: '', to: '' })}>Show all</button></p>`;
  return html`<div class="empty"><p>No events yet. Send some to this address, with the emulator’s key and secret:</p>
    <pre>BaseAddress = new Uri("${store.hello?.address ?? location.origin}"),
AllowInsecureLoopback = true</pre></div>`;
}

function tabs() {
  const batch = store.batch;
  const labels = {
    events: 'Events',
    requests: batch?.counts.rejectedRequests > 0 ? `Requests · ${count(batch.counts.rejectedRequests)} not accepted` : 'Requests',
    users: 'Users',
    plan: batch?.planTotal > 0 ? `Plan · ${count(batch.planSeen)} of ${count(batch.planTotal)} events seen` : 'Plan',
    misbehave: batch?.queued > 0 ? `Misbehave · next ${count(batch.queued)}` : batch?.misbehaves ? 'Misbehave · on' : 'Misbehave',
  };
  return html`<nav aria-label="Views"><ul class="tabs">${TABS.map((tab, i) => html`<li><button aria-current=${tab === state.tab ? 'page' : nothing} aria-keyshortcuts=${i + 1} class=${tab === 'misbehave' && batch?.misbehaves ? 'is-on' : ''}
    @click=${() => setTab(tab)}>${labels[tab]}<kbd>${i + 1}</kbd></button></li>`)}</ul>
    <button class="link" aria-keyshortcuts="?" @click=${showHelp}>Keys <kbd>?</kbd></button></nav>`;
}

const KEYS = [
  ['j  k', 'next (older), previous (newer) event'], ['n  N', 'next, previous event of the same name'], ['Enter', 'open the details'],
  ['Esc', 'close them, then follow new events again'], ['c', 'copy the event as JSON'], ['/', 'search'], ['p', 'pause and go on'], ['m', 'line “from here”'],
  ['x', 'clear'], ['1 – 5', 'views'], ['?', 'this list'],
];

const help = () => html`<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2>
  <dl>${KEYS.map(([key, does]) => html`<dt><kbd>${key}</kbd></dt><dd>${does}</dd>`)}</dl>
  <p>Single keys don’t work in fields, and can be turned off in the settings.</p><form method="dialog"><button autofocus>Close</button></form></dialog>`;

function showHelp() {
  const dialog = document.getElementById('help');
  if (!dialog.open) dialog.showModal();
}

// ---- Keyboard and pointer.

function onListClick(event) {
  const clicked = event.target.closest('[data-sequence]');
  if (clicked) open(Number(clicked.dataset.sequence));
}

function onListKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const page = Math.max(1, Math.floor(state.height / ROW_HEIGHT) - 1);
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
  if (event.key in moves) move(moves[event.key]);
  else if (event.key === 'Home') moveTo(store.sequences.length - 1);
  else if (event.key === 'End') moveTo(0);
  else if (event.key === 'Enter' && state.cursor !== null) open(state.cursor, { focus: true });
  else return;
  event.preventDefault();
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || document.getElementById('help')?.open) return;
  if (event.key === 'Escape') {
    if (event.target.closest('input, select, [popover]')) document.getElementById('list')?.focus();
    else if (state.open) close();
    else if (state.cursor !== null) showNew();
    return;
  }
  if (!state.keys || event.target.closest('input, select, textarea')) return;
  const keys = {
    '/': () => { setTab('events'); requestAnimationFrame(() => document.getElementById('search')?.focus()); },
    '?': showHelp,
    p: pause, m: markHere, x: clear,
    j: () => move(1), k: () => move(-1), n: () => moveToSame(1), N: () => moveToSame(-1),
    c: () => state.open?.event && copy(state.open.event.json, 'JSON'),
  };
  const tab = TABS[Number(event.key) - 1];
  if (tab && /^[1-5]$/.test(event.key)) setTab(tab);
  else if (Object.hasOwn(keys, event.key)) keys[event.key]();
  else return;
  event.preventDefault();
}

// ---- Start.

applyTheme();
const opened = readUrl();
addEventListener('keydown', onKey);
addEventListener('resize', schedule);
addEventListener('popstate', () => { readUrl(); store.reload(); });
document.addEventListener('visibilitychange', () => {
  // A hidden page costs nothing; it catches up by its position.
  if (document.hidden) store.disconnect();
  else store.connect();
});
setInterval(() => { if (!document.hidden && state.tab !== 'events' && state.tab !== 'misbehave') loadTab(); }, 2000);
await store.reload();
loadNames();
setInterval(() => { if (!document.hidden) loadNames(); }, 10_000);
loadTab();
if (opened) {
  open(opened);
  requestAnimationFrame(() => requestAnimationFrame(() => keepVisible(store.sequences.length - 1 - store.indexOf(opened))));
}
schedule();

/** For tests: what the page holds. */
globalThis.typedEventsPage = { store, state };
