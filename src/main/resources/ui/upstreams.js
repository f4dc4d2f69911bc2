// Who is asked, who is left out, and why.

import { ago, badge, count, el, load, millis, note, renew, table } from './parts.js';
import { forget, order } from './orders.js';

export const title = 'Upstreams';
export const every = 2;
export const fetch = () => load('/upstreams');

const MOODS = { well: 'good', starting: 'warn', ejected: 'bad', down: 'bad', draining: 'warn' };

function check(endpoint) {
  const last = endpoint.check;
  if (last === null) {
    return el('span', { class: 'quiet' }, 'not checked');
  }
  const word = last.last === null ? badge('plain', 'not yet') : badge(last.passed ? 'good' : 'bad', (last.passed ? 'passed' : 'failed') + ', ' + last.inARow + ' in a row');
  return el('span', {}, word, el('span', { class: 'under' }, last.last === null ? '' : last.reason + ', ' + ago(last.last)),
    el('span', { class: 'under' }, last.next === null ? '' : 'next ' + ago(last.next)));
}

// It is asked, and has done nothing but fail for a while: nothing leaves it out, or nobody else is left.
const isFailing = (endpoint) => endpoint.state === 'failing';

function state(endpoint) {
  if (endpoint.drained) {
    return el('span', {}, badge('warn', 'drained'), el('span', { class: 'under' }, 'by order; gets nothing new'));
  }
  if (isFailing(endpoint)) {
    return el('span', {}, badge('bad', 'failing'), el('span', { class: 'under' }, 'asked all the same'));
  }
  const out = endpoint.outForMillis > 0 ? ', asked again in ' + Math.ceil(endpoint.outForMillis / 1000) + ' s' : '';
  return el('span', {}, badge(MOODS[endpoint.state] ?? 'plain', endpoint.state),
    endpoint.reason === null ? null : el('span', { class: 'under' }, endpoint.reason + out));
}

const isAsked = (endpoint) => !endpoint.drained && endpoint.state !== 'ejected' && endpoint.state !== 'down';

function orders(place, upstream, endpoint) {
  const state = endpoint.drained ? 'ready' : 'drain';
  const last = state === 'drain' && upstream.endpoints.every((each) => each === endpoint || !isAsked(each));
  const warning = last ? 'It is the last endpoint of ' + upstream.name + ' that is asked: requests get 503 from then on.' : null;
  const id = 'order-' + upstream.name + '-' + endpoint.endpoint;
  return el('button', {
    id,
    'aria-label': (endpoint.drained ? 'Make ready ' : 'Drain ') + endpoint.endpoint,
    onclick: async () => {
      await order(upstream.name, endpoint.endpoint, state, warning);
      const answer = await fetch().catch(() => null);
      if (answer !== null && place.dataset.ready === 'upstreams') {
        draw(place, answer);
        document.getElementById(id)?.focus({ preventScroll: true });
      }
    },
  }, endpoint.drained ? 'make ready' : 'drain');
}

// How many requests may wait for an answer at once, as the latency has it.
function limit(adaptive) {
  return adaptive === null ? ''
    : ' Adaptive limit: ' + count(adaptive.waiting) + ' of ' + count(adaptive.limit) + ' wait for an answer'
      + (adaptive.leastMicros > 0 ? '; the least latency is ' + millis(adaptive.leastMicros / 1000) : '') + '.';
}

function block(place, upstream, mayOrder) {
  const asked = upstream.endpoints.filter(isAsked).length;
  return el('section', { 'aria-label': 'Upstream ' + upstream.name },
    el('h2', {}, upstream.name, ' ', upstream.endpoints.some(isFailing) ? badge('bad', 'failing')
      : asked === upstream.endpoints.length ? badge('good', 'all are asked')
      : badge(asked === 0 ? 'bad' : 'warn', asked + ' of ' + upstream.endpoints.length + ' asked')),
    el('p', { class: 'quiet' }, 'Shared out by ' + upstream.balance + '.' + limit(upstream.adaptive)),
    upstream.panic ? note('bad', 'Too few endpoints are well: all of them are asked, whatever their state (panic-below).') : null,
    table('Endpoints of ' + upstream.name, [
      { name: 'Endpoint', of: (e) => el('code', {}, e.endpoint) },
      { name: 'State', of: state },
      { name: 'Check', of: check },
      { name: 'Weight', of: (e) => count(e.weight) + (e.backup ? ', backup ' + e.backup : ''), number: true },
      { name: 'Share', of: (e) => (e.drained ? '0' : count(e.share)) + ' %', number: true },
      { name: 'Requests under way', of: (e) => count(e.running), number: true },
      { name: 'Failures in a row', of: (e) => count(e.failuresInARow), number: true },
      ...(mayOrder ? [{ name: 'Order', of: (e) => orders(place, upstream, e) }] : []),
    ], upstream.endpoints));
}

export function draw(place, answer) {
  renew(place, answer.upstreams.length === 0 ? note('plain', 'No upstream is configured.') : answer.upstreams.map((each) => block(place, each, answer.orders)),
    answer.orders ? null : el('p', { class: 'quiet' }, 'Endpoints can be drained here once admin.token-file names a file with a secret.'));
}

export const leave = forget;
