import { html, nothing } from './vendor/lit-html.js';
import { asCSharp, asCurl, asTest, bytes, difference, indent, time, visible } from './format.js';

/** The details of one event. All values are text. */
export function details(state, store, actions) {
  const { event, error, sequence } = state.open;
  return html`<section class="details" id="details" tabindex="-1" aria-label="Details of the event">
    ${error ? html`<p class="problem">${error}</p>` : event ? loaded(event, state, store, actions) : html`<p class="empty">Loading #${sequence}…</p>`}
  </section>`;
}

function loaded(event, state, store, actions) {
  const { row } = event;
  const views = ['pretty', 'raw', 'request', ...(event.plan ? ['plan'] : []), ...(event.history.length > 0 ? ['repeats'] : [])];
  const view = views.includes(state.view) ? state.view : 'pretty';
  return html`
    <div class="title">
      <h2><button class="value" title="Show events of this name" @click=${() => actions.setFilter({ event: row.event })}>${row.event}</button></h2>
      <span class="muted">#${row.sequence}</span><span class="muted">${time(row.time)}</span>
      <span>user <button class="value" title="Show events of this user" @click=${() => actions.setFilter({ user: row.user })}>${row.user}</button></span>
      <span class="grow"></span>
      <button class="icon" aria-label="Close the details" title="Close (Esc)" @click=${actions.close}>✕</button>
    </div>
    <div class="views" role="group" aria-label="Parts of the details">
      ${views.map(one => html`<button aria-pressed=${one === view} @click=${() => actions.setView(one)}>${one}${one === 'repeats' ? ` ×${event.history.length}` : ''}</button>`)}
      <span class="grow"></span>
      <button class="icon" title="Newer (k)" @click=${() => actions.move(-1)}>◂ <kbd>k</kbd><span class="hidden">newer event</span></button>
      <button class="icon" title="Older (j)" @click=${() => actions.move(1)}><kbd>j</kbd> ▸<span class="hidden">older event</span></button>
    </div>
    <div class="body">
      ${view === 'pretty' ? pretty(event, actions) : nothing}
      ${view === 'raw' ? html`<p class="muted">${event.bytes} bytes, exactly as received</p><pre tabindex="0">${visible(event.json)}</pre>` : nothing}
      ${view === 'request' ? event.request ? request(event.request) : html`<p class="empty">The request is no longer stored.</p>` : nothing}
      ${view === 'plan' ? plan(event, state) : nothing}
      ${view === 'repeats' ? repeats(event, actions) : nothing}
    </div>
    <div class="copy" role="group" aria-label="Copy"><span class="muted">Copy</span>
      <button @click=${() => actions.copy(event.json, 'JSON')}>JSON<kbd>c</kbd></button>
      <button @click=${() => actions.copy(asCSharp(event), 'C#')}>C#</button>
      <button @click=${() => actions.copy(asTest(event), 'a test')}>test</button>
      <button @click=${() => actions.copy(asCurl(event, store.hello?.address ?? location.origin), 'a curl command without secrets')}>curl</button>
    </div>`;
}

function pretty(event, actions) {
  const { row, plan } = event;
  return html`
    ${row.status === 'rejected' ? html`<p class="problem">⊘ Not accepted: ${row.http ? `HTTP ${row.http}${row.code ? `, code ${row.code}` : ''}` : 'no response'}. ${reason(event.request)}</p>` : nothing}
    ${row.status === 'conflict' ? html`<p class="problem">≠ Another event has the same random_id. <button class="link" @click=${() => actions.setView('repeats')}>Compare</button></p>` : nothing}
    ${plan && !plan.isPlanned ? html`<p class="problem">✗ This event isn’t in the plan.${event.similar ? ` Did you mean ${event.similar}?` : ''}</p>` : nothing}
    ${plan?.deprecated != null ? html`<p class="warning">Deprecated. ${plan.deprecated}</p>` : nothing}
    ${plan?.description ? html`<p class="description">${plan.description}</p>` : nothing}
    ${event.properties.length === 0 ? html`<p class="muted">No properties.</p>` : html`<table class="properties">
      <caption class="hidden">Properties</caption>
      <thead class="hidden"><tr><th scope="col">Name</th><th scope="col">Value</th><th scope="col">Expected</th><th scope="col">Result</th></tr></thead>
      <tbody>${event.properties.map(property => html`<tr class=${property.problem ? 'is-wrong' : ''}>
        <th scope="row">${property.name}</th>
        <td class="json">${property.value === null ? html`<span class="muted">–</span>` : html`<button class="value is-${kind(property.value)}" title="Search for this value" @click=${() => actions.setFilter({ search: plain(property.value) })}>${visible(property.value)}</button>`}</td>
        <td class="muted">${property.expectation ?? property.type}</td>
        <td class="result">${property.problem ? html`<span class="is-bad">✗ ${property.problem}</span>` : property.expectation ? html`<span class="is-good">✓<span class="hidden">fits the plan</span></span>` : nothing}${property.hint ? html` <span class="hint">? ${property.hint}</span>` : nothing}</td>
      </tr>`)}</tbody></table>`}
    <dl class="facts">
      <dt>euid</dt><dd>${event.euid}${event.userKind ? html` <span class="muted">registered as ${event.userKind} ${row.user}</span>` : nothing}</dd>
      <dt>itime</dt><dd>${event.itime} <span class="muted">${new Date(Number(event.itime)).toString() === 'Invalid Date' ? '' : new Date(Number(event.itime)).toISOString()}</span></dd>
      <dt>random_id</dt><dd>${event.randomId}</dd>
      ${event.appKey === null ? nothing : html`<dt>app_key</dt><dd>${event.appKey}</dd>`}
      ${plan?.sources.length > 0 ? html`<dt>sent from</dt><dd>${plan.sources.join(', ')}</dd>` : nothing}
      ${plan?.owner ? html`<dt>owner</dt><dd>${plan.owner}</dd>` : nothing}
    </dl>`;
}

const kind = json => json.startsWith('"') ? 'string' : json.startsWith('[') ? 'list' : json === 'true' || json === 'false' ? 'boolean' : 'number';

/** What to search for: a string without its quotes, anything else as it is. */
function plain(json) {
  return json.startsWith('"') ? JSON.parse(json) : json;
}

function reason(request) {
  try {
    return JSON.parse(request.response.text).message;
  } catch {
    return '';
  }
}

export function request(request) {
  return html`
    <h3>Request #${request.number} <span class="muted">${time(request.time)}</span></h3>
    <p><b>${request.method}</b> <code>${request.path}</code> <span class="muted">${bytes(request.body?.bytes ?? request.bytes)}, ${request.events} events</span></p>
    ${headers(request.headers)}
    ${body(request.body)}
    <h3>Response ${request.status ? html`<b>${request.status}</b>${request.code === null ? '' : ` code ${request.code}`}` : html`<b>none</b>`}</h3>
    ${headers(request.responseHeaders)}
    ${body(request.response)}`;
}

const headers = list => list?.length > 0 ? html`<dl class="facts">${list.map(header => html`<dt>${header.name}</dt><dd>${visible(header.value)}</dd>`)}</dl>` : nothing;

const body = content => !content || content.bytes === 0 ? html`<p class="muted">no body</p>` : html`
  ${content.isHex ? html`<p class="muted">not UTF-8, in hexadecimal</p>` : nothing}
  <pre tabindex="0">${content.isHex ? content.text.replace(/(..)/g, '$1 ') : visible(/^\s*[{[]/.test(content.text) && !content.isCut ? indent(content.text) : content.text)}</pre>
  ${content.isCut ? html`<p class="muted">and more, ${bytes(content.bytes)} in all</p>` : nothing}`;

function plan(event, state) {
  const covered = state.data.plan?.events.find(one => one.name === event.row.event);
  const list = (title, names) => names?.length > 0 ? html`<dt>${title}</dt><dd>${names.join(', ')}</dd>` : nothing;
  return html`<dl class="facts">
    <dt>type</dt><dd>${event.plan.type ?? '–'}</dd>
    <dt>owner</dt><dd>${event.plan.owner ?? '–'}</dd>
    ${covered ? html`<dt>received</dt><dd>${covered.count}, ${covered.breaks} break the plan</dd>` : nothing}
    ${list('never sent', covered?.unseen)}
    ${list('optional, always sent', covered?.alwaysSent)}
    ${list('values never sent', covered?.unseenValues)}
    ${list('sent from', event.plan.sources)}
  </dl>`;
}

function repeats(event, actions) {
  const [first] = event.history;
  return html`<p class="muted">Events with random_id ${event.randomId}</p>
    <ol class="repeats">${event.history.map(one => html`<li>
      <button class="value" @click=${() => actions.open(one.sequence)}>#${one.sequence}</button> ${time(one.time)} ${one.status}${one.http ? `, HTTP ${one.http}` : ''}
      ${one === first ? html`<pre tabindex="0">${visible(one.json)}</pre>` : one.json === first.json ? html`<span class="is-good">✓ the same bytes as #${first.sequence}</span>` : diff(first.json, one.json)}
    </li>`)}</ol>`;
}

function diff(left, right) {
  const part = difference(left, right);
  return html`<pre tabindex="0">${visible(part.start)}<del>${visible(part.left)}</del><ins>${visible(part.right)}</ins>${visible(part.end)}</pre>`;
}
