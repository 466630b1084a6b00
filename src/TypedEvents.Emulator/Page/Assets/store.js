// What the page knows: the sequence numbers of all events that match the filter, and the rows that are or were visible.
// The server filters, so that a filter applies to everything that the emulator stores.

const MAX_CACHED_ROWS = 4000;
const FILTER_KEYS = ['event', 'user', 'status', 'search', 'after', 'from', 'to'];
const RETRY_MS = 1000;
const TAKE = 200;

export class Store {
  connection = 'connecting';
  hello = null;
  filter = {};
  /** Ascending; the list shows the end first. */
  sequences = [];
  /** Arrived while the list must not move; ascending. */
  waiting = [];
  batch = null;
  loading = false;
  error = null;
  /** Rows up to this one are hidden until the clearing is final. */
  hidden = 0;

  #rows = new Map();
  #source = null;
  #position = 0;
  #generation = 0;
  #fetching = false;
  #wanted = null;
  #retry = 0;
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  query(extra = {}) {
    const query = new URLSearchParams();
    for (const key of FILTER_KEYS) {
      if (this.filter[key]) query.set(key, this.filter[key]);
    }
    const after = Math.max(Number(this.filter.after) || 0, this.hidden);
    if (after) query.set('after', after);
    for (const [key, value] of Object.entries(extra)) query.set(key, value);
    return query;
  }

  /** Reads everything again, for example after the filter has changed. The rows stay until the new ones are there. */
  async reload() {
    const generation = ++this.#generation;
    this.disconnect();
    this.loading = true;
    this.#onChange();
    try {
      const index = await getJson(`events/index?${this.query()}`);
      if (generation !== this.#generation) return;
      let sequence = 0;
      this.sequences = index.sequences.map(difference => (sequence += difference));
      this.waiting = [];
      this.#position = index.last;
      this.error = null;
      this.connect();
    } catch (error) {
      if (generation !== this.#generation) return;
      this.error = String(error.message ?? error);
      this.connection = 'offline';
      this.#retry = setTimeout(() => this.reload(), RETRY_MS);
    }
    this.loading = false;
    this.#onChange();
  }

  connect() {
    this.disconnect();
    this.connection = 'connecting';
    const source = new EventSource(`stream?${this.query({ position: this.#position })}`);
    this.#source = source;
    source.addEventListener('hello', message => this.#greet(JSON.parse(message.data)));
    source.addEventListener('batch', message => this.#take(JSON.parse(message.data)));
    source.onerror = () => {
      this.connection = 'offline';
      // The browser reconnects with the last id, unless it has closed the stream.
      if (source.readyState === EventSource.CLOSED && source === this.#source) {
        this.#retry = setTimeout(() => this.connect(), RETRY_MS);
      }
      this.#onChange();
    };
  }

  disconnect() {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }

  row(sequence) {
    return this.#rows.get(sequence);
  }

  put(row) {
    this.#rows.delete(row.sequence);
    this.#rows.set(row.sequence, row);
    if (this.#rows.size > MAX_CACHED_ROWS) {
      this.#rows.delete(this.#rows.keys().next().value);
    }
  }

  get cached() {
    return this.#rows.size;
  }

  /** Shows what has arrived meanwhile. */
  release() {
    if (this.waiting.length === 0) return;
    for (const sequence of this.waiting) this.sequences.push(sequence);
    this.waiting = [];
  }

  /** Loads the rows of a part of the list, newest first; one request at a time, for what is visible then. */
  async want(newest, oldest) {
    this.#wanted = [newest, oldest];
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      while (this.#wanted) {
        const [from, to] = this.#wanted;
        this.#wanted = null;
        const { rows } = await getJson(`events?${this.query({ before: from + 1, take: TAKE })}`);
        rows.forEach(row => this.put(row));
        // What the server no longer has isn't asked for again.
        const reached = rows.length < TAKE ? to : Math.max(to, rows[rows.length - 1].sequence);
        for (const sequence of this.sequencesBetween(reached, from)) {
          if (!this.#rows.has(sequence)) this.put({ sequence, gone: true });
        }
        this.#onChange();
      }
    } catch {
      this.connection = 'offline';
      this.#onChange();
    } finally {
      this.#fetching = false;
    }
  }

  sequencesBetween(oldest, newest) {
    const result = [];
    for (let i = this.indexOf(newest); i >= 0 && this.sequences[i] >= oldest; i--) result.push(this.sequences[i]);
    return result;
  }

  /** The index of a sequence number in the ascending list, or of the next smaller one. */
  indexOf(sequence) {
    let low = 0;
    let high = this.sequences.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sequences[middle] <= sequence) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  hideThrough(sequence) {
    this.hidden = sequence;
    this.sequences = this.sequences.filter(one => one > sequence);
    this.waiting = this.waiting.filter(one => one > sequence);
  }

  #greet(hello) {
    const isOther = this.hello && this.hello.instance !== hello.instance;
    this.hello = hello;
    this.connection = 'connected';
    if (isOther) {
      // The emulator was started again and counts from 1.
      this.#rows.clear();
      this.hidden = 0;
      delete this.filter.after;
      this.reload();
    }
    this.#onChange();
  }

  #take(batch) {
    this.connection = 'connected';
    this.#position = batch.position;
    const isGap = batch.skipped > 0 && this.batch !== null && batch.first > (this.batch.last ?? 0) + 1;
    this.batch = batch;
    const oldest = Math.max(batch.first, batch.cleared + 1);
    if (this.sequences.length > 0 && this.sequences[0] < oldest) {
      this.sequences.splice(0, this.indexOf(oldest - 1) + 1);
    }
    for (const row of batch.rows) {
      if (row.sequence <= this.hidden) continue;
      this.put(row);
      this.waiting.push(row.sequence);
    }
    if (this.waiting.length > 0 && this.waiting[0] < oldest) {
      this.waiting = this.waiting.filter(sequence => sequence >= oldest);
    }
    if (isGap) this.reload();
    else this.#onChange();
  }
}

export async function getJson(path, options) {
  const response = await fetch(path, options);
  const body = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new Error(body?.error ?? `HTTP ${response.status}`);
  return body;
}
