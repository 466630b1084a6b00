import { html, nothing } from './vendor/lit-html.js';
import { ago, bytes, count, time } from './format.js';
import { request } from './details.js';

const panel = (title, state, content) => html`<section class="panel" aria-labelledby="panel-title"><h2 id="panel-title">${title}</h2>${state.error ? html`<p class="problem">${state.error}</p>` : nothing}${content}</section>`;

export function requestsTab(state, actions) {
  const data = state.data.requests;
  return panel('Requests', state, !data ? html`<p class="empty">Loading…</p>` : html`
    <p class="muted">The newest ${count(data.requests.length)} of ${count(data.total)} stored${data.dropped > 0 ? `; ${count(data.dropped)} older ones were dropped` : ''}. Credentials are never recorded.</p>
    <div class=${state.data.request ? 'split is-open' : 'split'}>
      <div class="scroll" tabindex="0" role="region" aria-label="List of requests"><table>
        <thead><tr><th scope="col">#</th><th scope="col">Time</th><th scope="col">Path</th><th scope="col">Events</th><th scope="col">Body</th><th scope="col">Response</th><th scope="col">User agent</th></tr></thead>
        <tbody>${data.requests.map(one => html`<tr>
          <td><button class="value" @click=${() => actions.openRequest(one.number)}>${one.number}</button></td>
          <td class="time">${time(one.time)}</td><td>${one.method === 'POST' ? '' : `${one.method} `}${one.path}</td><td class="number">${one.events}</td><td class="number">${bytes(one.bytes)}</td>
          <td>${one.status === null ? html`<span class="is-bad">⊘ none</span>` : one.status < 300 && (one.code ?? 0) === 0 ? html`<span class="is-good">✓ ${one.status}</span>` : html`<span class="is-bad">✗ ${one.status}${one.code === null ? '' : ` ${one.code}`}</span>`}</td>
          <td class="muted">${one.userAgent ?? ''}</td></tr>`)}</tbody></table></div>
      ${state.data.request ? html`<section class="details" tabindex="-1" aria-label="Request"><div class="title"><span class="grow"></span><button class="icon" aria-label="Close the request" @click=${() => { state.data.request = null; actions.schedule(); }}>✕</button></div><div class="body">${request(state.data.request)}</div></section>` : nothing}
    </div>`);
}

export function usersTab(state, actions) {
  const data = state.data.users;
  return panel('Users', state, !data ? html`<p class="empty">Loading…</p>` : data.total === 0 ? html`<p class="empty">No user was registered yet.</p>` : html`
    <p class="muted">The ${count(data.users.length)} registered last, of ${count(data.total)}</p>
    <div class="scroll" tabindex="0" role="region" aria-label="List of users"><table><thead><tr><th scope="col">Id</th><th scope="col">Kind</th><th scope="col">EUID</th></tr></thead>
      <tbody>${data.users.map(user => html`<tr><td><button class="value" title="Show the events of this user" @click=${() => { actions.setTab('events'); actions.setFilter({ user: user.value }); }}>${user.value}</button></td><td>${user.kind}</td><td class="number">${user.euid}</td></tr>`)}</tbody></table></div>`);
}

export function planTab(state, actions) {
  const data = state.data.plan;
  if (!data) return panel('Plan', state, html`<p class="empty">Loading…</p>`);
  const planned = data.events.filter(event => event.isPlanned);
  const others = data.events.filter(event => !event.isPlanned);
  return panel('Plan', state, html`
    <p class="muted">${data.hasPlan ? `${count(data.seen)} of ${count(data.total)} events of the plan were received.` : 'The emulator has no plan: set EmulatorOptions.Plan to what “typedevents plan export” writes.'}
      <a href="plan" download="coverage.json">Export as JSON</a></p>
    ${data.hasPlan ? html`<progress max=${data.total} value=${data.seen} aria-label="Events of the plan that were received"></progress>` : nothing}
    <div class="scroll" tabindex="0" role="region" aria-label="Events of the plan and others">
      ${data.hasPlan ? coverage('Events of the plan', planned, actions, event => html`
          <td>${marks('never sent', event.count > 0 ? event.unseen : [])}${marks('optional, always sent', event.alwaysSent)}${marks('values never sent', event.unseenValues)}${marks('not in the plan', event.properties.filter(property => !property.isPlanned).map(property => property.name))}</td>`) : nothing}
      ${others.length > 0 || !data.hasPlan ? coverage(data.hasPlan ? 'Received, but in no plan' : 'Received', others, actions, event => html`
          <td>${event.properties.map(property => html`<span class="mark"><b>${property.name}</b> ${property.types.join(' or ')}</span>`)}</td>`) : nothing}
      ${data.uncounted > 0 ? html`<p class="muted">${count(data.uncounted)} more events aren’t counted here: there are too many names, or they are too long.</p>` : nothing}
    </div>`);
}

const coverage = (title, events, actions, more) => html`<table><caption>${title}</caption>
  <thead><tr><th scope="col">Event</th><th scope="col">Received</th><th scope="col">Last</th>${events.some(event => event.isPlanned) ? html`<th scope="col">Break the plan</th>` : nothing}<th scope="col">Properties</th></tr></thead>
  <tbody>${events.map(event => html`<tr class=${event.count === 0 ? 'is-unseen' : ''}>
    <td><button class="value" title=${event.description ?? 'Show these events'} @click=${() => { actions.setTab('events'); actions.setFilter({ event: event.name }); }}>${event.name}</button></td>
    <td class="number">${event.count === 0 ? 'never' : count(event.count)}</td><td class="muted">${event.lastSeen === null ? '' : ago(event.lastSeen)}</td>
    ${event.isPlanned ? html`<td class="number">${event.breaks > 0 ? html`<span class="is-bad">✗ ${count(event.breaks)}</span>` : event.count > 0 ? html`<span class="is-good">✓</span>` : ''}</td>` : nothing}${more(event)}</tr>`)}</tbody></table>`;

const marks = (title, names) => names.length === 0 ? nothing : html`<span class="mark"><b>${title}</b> ${names.join(', ')}</span>`;

export function misbehaveTab(state, store, actions) {
  const batch = store.batch;
  const number = id => Number(document.getElementById(id).value);
  const next = (kind, title, does, more = () => ({})) => html`<button class="card" @click=${() => actions.behave({ kind, count: number('times'), ...more() })}><b>${title}</b><span>${does}</span></button>`;
  return panel('Misbehave', state, html`
    <p>${batch?.queued > 0 ? html`<b>${count(batch.queued)}</b> of the next requests will fail.` : batch?.misbehaves ? 'It rejects events, or a test has set a behavior.' : 'The emulator responds as EngageLab does.'}
      <button @click=${() => actions.behave({ kind: 'normal' })}>Respond normally</button></p>
    <p class="fields"><label>For the next <input id="times" type="number" min="1" max="1000" value="1"> requests</label></p>
    <div class="cards">
      ${[[503, 'unavailable'], [500, 'a fault'], [429, 'too many requests'], [401, 'wrong key'], [400, 'rejected'], [413, 'too large']].map(([status, word]) =>
        next('respond', `HTTP ${status}`, word, () => ({ status, retryAfter: status === 429 || status === 503 ? number('retry-after') : 0 })))}
      ${next('cut', 'Cut', 'the connection ends, nothing is recorded')}
      ${next('lose-response', 'Lose the response', 'recorded, but the client can’t know')}
      ${next('cut-halfway', 'Cut halfway', 'half of the response is sent')}
      ${next('drip', 'Drip', 'the response byte by byte', () => ({ milliseconds: number('delay') }))}
      ${next('slow', 'Slow', 'respond after a delay', () => ({ milliseconds: number('delay') }))}
      ${next('hang', 'Hang', 'never respond')}
    </div>
    <p class="fields"><label>Delay in ms <input id="delay" type="number" min="0" max="600000" value="2000"></label>
      <label>Retry-After in s for 429 and 503, 0 for none <input id="retry-after" type="number" min="0" max="3600" value="0"></label></p>
    <form class="fields" @submit=${event => { event.preventDefault(); actions.behave({ kind: 'reject', event: document.getElementById('rejected').value.trim() }); }}>
      <label>Reject each report with an event named <input id="rejected" type="text" list="rejected-names" required autocomplete="off" spellcheck="false"></label>
      <datalist id="rejected-names">${state.names.events.map(name => html`<option value=${name}></option>`)}</datalist>
      <button>Reject</button></form>`);
}
