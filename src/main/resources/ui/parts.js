// What every section is made of: elements, tables, and numbers for people. Text goes in as text, never as markup.

export function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) {
      made.addEventListener(name.slice(2), value);
    } else if (value === true) {
      made.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

// A table that scrolls by itself where the screen is narrow. A column is { name, of, number }; "of" gives a text or an element.
export function table(caption, columns, rows, empty) {
  if (rows.length === 0) {
    return el('p', { class: 'quiet' }, empty ?? 'Nothing to show.');
  }
  // The roles are said in words: a narrow screen shows rows as blocks, and they are rows all the same.
  const head = el('tr', { role: 'row' },
    columns.map((column) => el('th', { scope: 'col', role: 'columnheader', class: column.number ? 'number' : null }, column.name)));
  const body = rows.map((row) => el('tr', { role: 'row' }, columns.map((column, index) => {
    const attributes = { class: column.number ? 'number' : column.kind ?? null, 'data-name': column.name };
    return index === 0 ? el('th', { ...attributes, scope: 'row', role: 'rowheader' }, column.of(row)) : el('td', { ...attributes, role: 'cell' }, column.of(row));
  })));
  return el('div', { class: 'wide', role: 'region', 'aria-label': caption, tabindex: '0' },
    el('table', { role: 'table' }, el('caption', { class: 'unseen' }, caption), el('thead', { role: 'rowgroup' }, head), el('tbody', { role: 'rowgroup' }, body)));
}

// A word with a colour that says the same: good, warn, bad, plain.
export function badge(mood, text) {
  return el('span', { class: 'badge ' + mood }, text);
}

export function bar(share, mood, label) {
  const width = Math.max(0, Math.min(1, share)) * 100;
  const fill = el('span', { class: 'fill ' + (mood ?? '') });
  fill.style.width = width + '%';
  return el('span', { class: 'bar', role: 'img', 'aria-label': label ?? Math.round(width) + ' percent' }, fill);
}

export function note(mood, ...text) {
  return el('p', { class: 'note ' + mood }, ...text);
}

// Puts new content in place of the old and keeps the focus where it was, by the id of what has it.
export function renew(place, ...content) {
  const active = document.activeElement;
  const focused = place.contains(active) ? active.id : '';
  const scrolls = [...place.querySelectorAll('.wide')].map((wide) => wide.scrollLeft);
  place.replaceChildren(...content.flat().filter((child) => child !== null && child !== undefined));
  place.querySelectorAll('.wide').forEach((wide, index) => { wide.scrollLeft = scrolls[index] ?? 0; });
  if (focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

// Who waits for ever says nothing: after ten seconds it is said that there is no answer.
export function patience() {
  return AbortSignal.timeout(10000);
}

export async function load(path) {
  const answer = await fetch(path, { headers: { Accept: 'application/json' }, signal: patience() });
  if (!answer.ok) {
    throw new Error(path + ' says ' + answer.status + ': ' + (await answer.text()).trim());
  }
  return answer.json();
}

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export function count(value) {
  return value === null || value === undefined ? '–' : plain.format(value);
}

export function rate(value) {
  return value === null || value === undefined ? '–' : (value < 1 ? hundredths : value < 100 ? tenths : plain).format(value);
}

export function percent(share) {
  return share === null || Number.isNaN(share) ? '–' : share > 0 && share < 0.0005 ? '< 0.1 %' : short.format(share * 100) + ' %';
}

export function millis(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  return value >= 1000 ? short.format(value / 1000) + ' s' : short.format(value) + ' ms';
}

export function bytes(value) {
  if (value === null || value === undefined || value < 0) {
    return '–';
  }
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return short.format(value) + ' ' + units[unit];
}

// Two units at most: "3 days 4 h".
export function span(seconds) {
  const steps = [[86400, ' day'], [3600, ' h'], [60, ' min'], [1, ' s']];
  let left = Math.floor(Math.abs(seconds));
  const words = [];
  for (const [size, unit] of steps) {
    const many = Math.floor(left / size);
    if (many > 0 && words.length < 2) {
      words.push(many + unit + (unit === ' day' && many !== 1 ? 's' : ''));
      left -= many * size;
    } else if (words.length > 0) {
      break;
    }
  }
  return words.join(' ') || '0 s';
}

export function ago(time, now) {
  if (!time) {
    return 'never';
  }
  const seconds = ((now ?? Date.now()) - Date.parse(time)) / 1000;
  return Math.abs(seconds) < 1 ? 'now' : seconds > 0 ? span(seconds) + ' ago' : 'in ' + span(seconds);
}

export function moment(time) {
  return el('time', { datetime: time, title: time }, new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium', hour12: false }));
}

export function day(time) {
  return el('time', { datetime: time, title: time }, new Date(time).toLocaleDateString([], { dateStyle: 'medium' }));
}
