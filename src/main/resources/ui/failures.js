// What went wrong lately; the whole story of each on demand.

import { ago, badge, count, el, load, millis, note, renew, table } from './parts.js';

export const title = 'Failures';
export const every = 5;

let shown = null;
let story = null;
let filter = 'all';
let most = 25;
let last = null;

export const fetch = () => load('/failures?limit=100');

const SIDES = { client: 'plain', upstream: 'bad', proxy: 'bad' };

function told(facts) {
  const lines = [];
  for (const [name, value] of Object.entries(facts)) {
    const texts = Array.isArray(value) ? value.map((each) => (typeof each === 'string' ? each : Object.values(each).join('  '))) : [value];
    lines.push(el('dt', {}, name.replaceAll('-', ' ')), el('dd', {}, texts.length === 1 ? texts[0] : el('ul', { class: 'bare' }, texts.map((text) => el('li', {}, text)))));
  }
  return el('dl', { class: 'facts story' }, lines);
}

async function ask(place, id) {
  if (shown === id) {
    close(place);
    return;
  }
  shown = id;
  try {
    story = told(await load('/why?json&id=' + encodeURIComponent(id)));
  } catch (failure) {
    story = note('bad', failure.message);
  }
  if (shown === id) {
    draw(place, last);
    document.getElementById('story')?.focus();
  }
}

function close(place) {
  const id = shown;
  shown = null;
  story = null;
  draw(place, last);
  document.getElementById('why-' + id)?.focus();
}

function kinds(failures) {
  const sums = new Map();
  failures.forEach((each) => sums.set(each.kind, (sums.get(each.kind) ?? 0) + 1));
  return [...sums].sort((a, b) => b[1] - a[1]);
}

function choice(place, failures) {
  const select = el('select', { id: 'kind', onchange: (event) => { filter = event.target.value; draw(place, last); } },
    el('option', { value: 'all' }, 'all (' + failures.length + ')'),
    kinds(failures).map(([kind, many]) => el('option', { value: kind, selected: kind === filter }, kind + ' (' + many + ')')));
  return el('p', { class: 'choice' }, el('label', { for: 'kind' }, 'Kind '), select);
}

export function draw(place, answer) {
  last = answer;
  const failures = answer.failures;
  const rows = failures.filter((each) => filter === 'all' || each.kind === filter);
  renew(place,
    el('p', { class: 'quiet' }, 'The newest requests that failed, were answered by an error of the backend, or took a second or more. What is remembered: ' + answer.kept + '.'),
    failures.length === 0 ? null : choice(place, failures),
    story === null ? null : el('section', { id: 'story', class: 'card', tabindex: '-1', 'aria-labelledby': 'story-title' },
      el('h2', { id: 'story-title' }, 'Why ' + shown), story, el('button', { id: 'close', onclick: () => close(place) }, 'Close')),
    table('Recent failures', [
      { name: 'When', of: (f) => el('time', { datetime: f.time, title: f.time }, ago(f.time)) },
      { name: 'Request', kind: 'breaks', of: (f) => el('span', {}, el('code', {}, f.method + ' ' + f.host + f.target), el('span', { class: 'under' }, 'from ' + f.client + (f.route === null ? '' : ', route ' + f.route))) },
      { name: 'Kind', of: (f) => el('span', {}, badge(f.kind === 'slow' ? 'warn' : SIDES[f.side] ?? 'bad', f.kind), el('span', { class: 'under' }, f.side === null ? '' : 'by the ' + f.side)) },
      { name: 'Status', of: (f) => (f.status === 0 ? 'none' : String(f.status)), number: true },
      { name: 'Time', of: (f) => millis(f.millis), number: true },
      { name: 'Endpoint', of: (f) => (f.endpoint === null ? '–' : el('span', {}, el('code', {}, f.endpoint), el('span', { class: 'under' }, f.tries === 1 ? '1 try' : count(f.tries) + ' tries'))) },
      { name: 'Story', of: (f) => el('button', { id: 'why-' + f.id, 'aria-expanded': String(shown === f.id), 'aria-label': 'Why ' + f.id, onclick: () => ask(place, f.id) }, 'why') },
    ], rows.slice(0, most), 'None: nothing failed, and nothing took a second, as far as is remembered.'),
    rows.length <= most ? null : el('p', { class: 'choice' }, el('button', { id: 'more', onclick: () => { most += 25; draw(place, last); } },
      'Show more'), el('span', { class: 'quiet' }, most + ' of ' + rows.length + ' are shown')));
}

export function leave() {
  shown = null;
  story = null;
  most = 25;
}
