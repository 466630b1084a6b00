// Values as text. Numbers are never parsed: JavaScript would round large ones.

export function time(milliseconds, isPrecise = true) {
  const date = new Date(milliseconds);
  const two = number => String(number).padStart(2, '0');
  const text = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return isPrecise ? `${text}.${String(date.getMilliseconds()).padStart(3, '0')}` : text;
}

export const count = number => number.toLocaleString('en-US');

export function ago(milliseconds, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - milliseconds) / 1000));
  return seconds < 60 ? `${seconds} s ago` : seconds < 3600 ? `${Math.round(seconds / 60)} min ago` : time(milliseconds, false);
}

export function bytes(number) {
  return number < 1024 ? `${number} B` : number < 1024 * 1024 ? `${(number / 1024).toFixed(1)} KB` : `${(number / 1024 / 1024).toFixed(1)} MB`;
}

/** Characters that can't be seen, or that turn the text around them, as escapes. */
export function visible(text) {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** JSON with line breaks, without changing any value: strings and numbers stay as they were received. */
export function indent(json) {
  let depth = 0;
  let result = '';
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (inString) {
      result += character;
      if (character === '\\') result += json[++i] ?? '';
      else if (character === '"') inString = false;
      continue;
    }
    const line = () => '\n' + '  '.repeat(depth);
    switch (character) {
      case '"': inString = true; result += character; break;
      case '{': case '[': {
        const rest = json.slice(i + 1).match(/^\s*[}\]]/);
        if (rest) { result += character + rest[0].trim(); i += rest[0].length; } else { depth++; result += character + line(); }
        break;
      }
      case '}': case ']': depth--; result += line() + character; break;
      case ',': result += ',' + line(); break;
      case ':': result += ': '; break;
      case ' ': case '\n': case '\r': case '\t': break;
      default: result += character;
    }
  }
  return result;
}

const pascal = name => name.replace(/(^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, __, letter) => letter.toUpperCase());

const csharpString = text => `"${text.replace(/[\\"]/g, '\\$&').replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/g,
  character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

function csharpValue(json) {
  if (json.startsWith('"')) return csharpString(JSON.parse(json));
  if (json.startsWith('[')) return `[${JSON.parse(json).map(csharpString).join(', ')}]`;
  return json;
}

const typeName = event => event.plan?.type?.split('.').pop() ?? pascal(event.row.event);

const present = event => event.properties.filter(property => property.value !== null);

/** `new TrialStarted(Plan: "pro", Seats: 3)`. The plan doesn't say the order of parameters, so they are named. */
export function asCSharp(event) {
  return `new ${typeName(event)}(${present(event).map(property => `${pascal(property.name)}: ${csharpValue(property.value)}`).join(', ')})`;
}

export function asTest(event) {
  const assertions = present(event).map(property => {
    const element = `properties.GetProperty(${csharpString(property.name)})`;
    return property.type === 'string' ? `Assert.Equal(${csharpValue(property.value)}, ${element}.GetString());`
      : property.type === 'boolean' ? `Assert.${property.value === 'true' ? 'True' : 'False'}(${element}.GetBoolean());`
      : property.type === 'integer' ? `Assert.Equal(${property.value}, ${element}.GetInt64());`
      : property.type === 'number' ? `Assert.Equal(${property.value}, ${element}.GetDouble());`
      : `Assert.Equal(${csharpString(property.value)}, ${element}.GetRawText());`;
  });
  return [
    'ReceivedEvent received = (await emulator.WaitForEventsAsync(1))[0];',
    `Assert.Equal(${csharpString(event.row.event)}, received.EventName);`,
    ...(assertions.length > 0 ? ['JsonElement properties = received.Properties!.Value;'] : []),
    ...assertions,
  ].join('\n');
}

/** The key and the secret are those of the environment: the page doesn't know them. */
export function asCurl(event, address) {
  const body = `{"data":[${event.json}]}`;
  return `curl -u "$ENGAGELAB_API_KEY:$ENGAGELAB_API_SECRET" -H 'Content-Type: application/json' \\\n  ${address}/v1/event/report \\\n  --data-raw '${body.replaceAll("'", "'\\''")}'`;
}

/** What differs between two strings: what both begin and end with, and what is between. */
export function difference(left, right) {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  return {
    start: left.slice(0, start),
    left: left.slice(start, left.length - end),
    right: right.slice(start, right.length - end),
    end: left.slice(left.length - end),
  };
}
