// One section at a time, by the address after the #; live samples for whoever wants them.

import { el, load, note, renew, span } from './parts.js';
import * as overview from './overview.js';
import * as routes from './routes.js';
import * as upstreams from './upstreams.js';
import * as certificates from './certificates.js';
import * as tls from './tls.js';
import * as failures from './failures.js';
import * as config from './config.js';

// A section has a title, draw(place, state) and, where it is asked again and again, every (seconds); leave() and sample(one) where it needs them.
const sections = { overview, routes, upstreams, certificates, tls, failures, config };
const place = document.getElementById('section');
const title = document.getElementById('title');
const pill = document.getElementById('link');
const samples = [];
let current = null;
let name = '';
let timer = 0;
let turn = 0;
let source = null;
let again = 0;
let version = null;

async function refresh() {
  const mine = ++turn;
  clearTimeout(timer);
  const section = current;
  section.begin?.(place, samples);
  try {
    const answer = section.fetch ? await section.fetch() : null;
    if (mine === turn) {
      section.draw(place, answer, samples);
      place.dataset.ready = name;
    }
  } catch (failure) {
    if (mine === turn) {
      renew(place, note('bad', 'The process does not answer: ' + failure.message));
    }
  }
  if (mine === turn && section.every) {
    timer = setTimeout(() => (document.hidden ? null : refresh()), section.every * 1000);
  }
}

function go(first) {
  const wanted = location.hash.replace(/^#\/?/, '');
  if (wanted === 'content') {
    return;
  }
  const next = wanted in sections ? wanted : 'overview';
  current?.leave?.();
  name = next;
  current = sections[next];
  title.textContent = current.title;
  document.title = current.title + ' · Portcullis';
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === '#/' + next) {
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    } else {
      link.removeAttribute('aria-current');
    }
  }
  delete place.dataset.ready;
  renew(place, el('p', { class: 'quiet' }, 'Loading'));
  if (!first) {
    document.getElementById('content').focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  refresh();
}

function linked(mood, text) {
  if (pill.textContent !== text) {
    pill.textContent = text;
    pill.className = 'pill ' + mood;
  }
}

function take(sample) {
  samples.push(sample);
  if (samples.length > 300) {
    samples.shift();
  }
}

// A browser opens six connections to a host, for all its windows together, and a stream keeps one: with a stream in each hidden tab, too,
// six tabs would leave none for anything else. So only who is looked at has one; "past" tells what was missed.
function listen() {
  clearTimeout(again);
  source?.close();
  source = null;
  if (document.hidden) {
    linked('', 'paused');
    return;
  }
  const stream = new EventSource('/events');
  source = stream;
  stream.addEventListener('past', (event) => {
    samples.length = 0;
    JSON.parse(event.data).forEach(take);
    linked('good', 'live');
    current.sample?.(place, samples);
    // It may be another process than before.
    about().catch(() => {});
  });
  stream.onmessage = (event) => {
    take(JSON.parse(event.data));
    linked('good', 'live');
    current.sample?.(place, samples);
  };
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) {
      linked('bad', 'not live: too many look');
      again = setTimeout(listen, 10000);
    } else {
      linked('bad', 'no answer, trying again');
    }
  };
}

function attend() {
  listen();
  if (!document.hidden && current.every) {
    refresh();
  }
}

async function about() {
  const told = await load('/about');
  // Another version has another page.
  if (version !== null && version !== told.version) {
    location.reload();
  }
  version = told.version;
  document.getElementById('version').textContent = told.version;
  renew(document.getElementById('since'), 'up ' + span(Date.now() / 1000 - told.started),
    el('span', { class: 'roomy' }, ' · Java ' + told.java.split('+')[0] + ' · Netty ' + told.netty.replace('.Final', '')));
}

addEventListener('hashchange', () => go(false));
document.addEventListener('visibilitychange', attend);
go(true);
listen();
about().catch(() => {});
setInterval(() => about().catch(() => {}), 30000);
