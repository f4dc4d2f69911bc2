// Orders to endpoints. The token is asked for when it is needed, sent as the interface wants it, and kept in this page's memory alone: a
// reload forgets it.

import { el, note, patience } from './parts.js';

const dialog = document.getElementById('order');
const told = document.getElementById('told');
let token = '';

function tell(mood, text) {
  told.replaceChildren(note(mood, text));
}

export function forget() {
  told.replaceChildren();
}

// Asks for what is missing; gives false where nothing is to be done.
function asked(verb, question, warning) {
  return new Promise((resolve) => {
    const field = el('input', { type: 'password', id: 'token', autocomplete: 'off', required: true, 'aria-describedby': 'token-help' });
    const end = (done) => {
      if (done && token === '') {
        token = field.value.trim();
      }
      field.value = '';
      dialog.close();
      dialog.replaceChildren();
      resolve(done);
    };
    const known = token !== '';
    dialog.replaceChildren(el('form', { method: 'dialog', onsubmit: (event) => { event.preventDefault(); end(true); } },
      el('h2', { id: 'order-title' }, question),
      warning === null ? null : note('warn', warning),
      known ? null : el('p', {}, el('label', { for: 'token' }, 'Token'), field),
      known ? null : el('p', { class: 'quiet', id: 'token-help' }, 'What the file of admin.token-file holds. This page keeps it until it is closed or loaded again.'),
      el('p', { class: 'choice' }, el('button', { type: 'submit', id: 'order-yes' }, verb), el('button', { type: 'button', id: 'order-no', onclick: () => end(false) }, 'Cancel'))));
    dialog.oncancel = (event) => { event.preventDefault(); end(false); };
    dialog.showModal();
    (known ? document.getElementById('order-no') : field).focus();
  });
}

// Drains an endpoint or makes it ready. A warning, where there is one, is to be agreed to first.
export async function order(upstream, endpoint, state, warning) {
  const verb = state === 'drain' ? 'Drain' : 'Make ready';
  const question = verb + ' ' + endpoint + ' of ' + upstream;
  if ((token === '' || warning !== null) && !(await asked(verb, question, warning))) {
    return;
  }
  try {
    const path = '/upstreams/' + encodeURIComponent(upstream) + '/endpoints/' + encodeURIComponent(endpoint) + '?state=' + state;
    const answer = await fetch(path, { method: 'POST', headers: { Authorization: 'Bearer ' + token }, signal: patience() });
    const text = (await answer.text()).trim();
    if (answer.status === 401) {
      token = '';
      tell('bad', question + ': the token is not the one that admin.token-file holds. Nothing was done.');
    } else {
      tell(answer.ok ? 'good' : 'bad', answer.ok ? text : question + ': ' + text);
    }
  } catch (failure) {
    tell('bad', question + ': the process does not answer: ' + failure.message);
  }
}
