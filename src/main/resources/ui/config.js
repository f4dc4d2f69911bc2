// Every key that holds, and who says so.

import { count, el, load, renew, table } from './parts.js';

export const title = 'Configuration';

let answer = null;
let rows = null;

export const fetch = () => load('/config?json');

const isDefault = (each) => each.origin.startsWith('default of ');

function show() {
  const words = document.getElementById('search').value.trim().toLowerCase();
  const own = document.getElementById('own').checked;
  const found = answer.settings.filter((each) => (!own || !isDefault(each))
    && (words === '' || (each.key + ' ' + each.value + ' ' + each.origin).toLowerCase().includes(words)));
  renew(rows, el('p', { class: 'quiet', role: 'status' }, count(found.length) + ' of ' + count(answer.settings.length) + ' keys'),
    table('Settings', [
      { name: 'Key', of: (each) => el('code', {}, each.key) },
      { name: 'Value', kind: 'breaks', of: (each) => el('code', {}, each.value) },
      { name: 'From', of: (each) => (isDefault(each) ? el('span', { class: 'quiet' }, each.origin) : each.origin) },
    ], found, 'No key fits.'));
}

export function draw(place, told) {
  answer = told;
  rows = el('div');
  renew(place,
    el('p', { class: 'quiet' }, 'The running process. What stands in the file and is not reloaded yet: portcullis config show --diff.'),
    el('form', { class: 'choice', onsubmit: (event) => event.preventDefault() },
      el('label', { for: 'search' }, 'Search '), el('input', { id: 'search', type: 'search', autocomplete: 'off', spellcheck: 'false', oninput: show }),
      el('span', {}, el('input', { id: 'own', type: 'checkbox', checked: true, onchange: show }), ' ', el('label', { for: 'own' }, 'only what is not a default'))),
    rows);
  show();
}
