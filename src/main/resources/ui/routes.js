// The routes in the order in which they are asked; the first that matches wins.

import { badge, bytes, count, el, load, millis, percent, rate, renew, table } from './parts.js';

export const title = 'Routes';
export const every = 3;

let before = null;

export const fetch = async () => ({ at: performance.now(), ...(await load('/routes')) });

const total = (route) => Object.values(route.requests).reduce((sum, each) => sum + each, 0);

function perSecond(route, answer) {
  const then = before?.routes.find((each) => each.name === route.name);
  return then && answer.at > before.at ? Math.max(0, total(route) - total(then)) / ((answer.at - before.at) / 1000) : null;
}

function failing(route) {
  const all = total(route);
  const share = all === 0 ? 0 : (route.requests['5xx'] + route.requests.none) / all;
  return share === 0 ? percent(share) : badge(share > 0.01 ? 'bad' : 'warn', percent(share));
}

export function draw(place, answer) {
  const rates = new Map(answer.routes.map((route) => [route.name, perSecond(route, answer)]));
  renew(place,
    el('p', { class: 'quiet' }, 'In the order in which they are asked: the first that matches wins. Counts are since the start.'),
    table('Routes', [
      { name: 'Route', of: (r) => el('span', {}, el('code', {}, (r.host ?? 'every host') + r.path + (r.path.endsWith('/') ? '*' : '')), el('span', { class: 'under' }, r.name), r.match === null ? null : el('span', { class: 'under' }, r.match)) },
      { name: 'Does', of: (r) => el('span', {}, r.action, r.shaping === '' ? null : el('span', { class: 'under' }, r.shaping)) },
      { name: 'Requests/s', of: (r) => rate(rates.get(r.name)), number: true },
      { name: 'Requests', of: (r) => count(total(r)), number: true },
      { name: '4xx', of: (r) => count(r.requests['4xx']), number: true },
      { name: '5xx', of: (r) => count(r.requests['5xx']), number: true },
      { name: 'Failing', of: failing, number: true },
      { name: 'p50', of: (r) => millis(r.p50), number: true },
      { name: 'p99', of: (r) => millis(r.p99), number: true },
      { name: 'Under way', of: (r) => count(r.inFlight), number: true },
      { name: 'Sent', of: (r) => bytes(r.bytesOut), number: true },
      { name: 'Written in', of: (r) => el('code', {}, r.where) },
    ], answer.routes, 'There are no routes.'));
  before = answer;
}

export function leave() {
  before = null;
}
