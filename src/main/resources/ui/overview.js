// How it goes, second by second.

import { BINARY, Chart, WHOLE } from './charts.js';
import { badge, bytes, count, el, load, millis, percent, rate, renew, table } from './parts.js';

export const title = 'Overview';
export const every = 5;

let charts = [];
let tiles = null;
let loops = null;
let listeners = null;

export async function fetch() {
  const [about, served] = await Promise.all([load('/about'), load('/certificates')]);
  return { about, certificates: served.certificates };
}

const errors = (sample) => (sample.requests > 0 ? sample.serverErrors / sample.requests : 0);
const many = (value, one, more) => count(value) + ' ' + (value === 1 ? one : more);
const underWay = (sample) => many(sample.inFlight, 'request', 'requests') + ' under way';
const perSecond = (value) => rate(value) + '/s';

function build(place) {
  charts = [
    new Chart('Requests', [
      { label: 'all', colour: '--blue', of: (s) => s.requests, filled: true },
      { label: '4xx', colour: '--amber', of: (s) => s.clientErrors },
      { label: '5xx', colour: '--red', of: (s) => s.serverErrors },
    ], rate, (s) => `${perSecond(s.requests)}, of these ${rate(s.clientErrors)} 4xx and ${rate(s.serverErrors)} 5xx`),
    new Chart('Time of a request', [
      { label: 'p50', colour: '--blue', of: (s) => s.p50 },
      { label: 'p99', colour: '--purple', of: (s) => s.p99 },
    ], millis, (s) => (s.p50 === null ? 'no request in the last second' : `half within ${millis(s.p50)}, 99 % within ${millis(s.p99)}`)),
    new Chart('TLS handshakes', [
      { label: 'finished', colour: '--blue', of: (s) => s.handshakes, filled: true },
      { label: 'failed', colour: '--red', of: (s) => s.handshakeFailures },
    ], rate, (s) => `${perSecond(s.handshakes)}, failed ${perSecond(s.handshakeFailures)}`),
    new Chart('Connections', [
      { label: 'open', colour: '--blue', of: (s) => s.connections, filled: true },
      { label: 'requests under way', colour: '--purple', of: (s) => s.inFlight },
    ], count, (s) => `${count(s.connections)} open, ${underWay(s)}`, WHOLE),
    new Chart('Content carried', [
      { label: 'to clients', colour: '--blue', of: (s) => s.bytesOut, filled: true },
      { label: 'from clients', colour: '--purple', of: (s) => s.bytesIn },
    ], bytes, (s) => `${bytes(s.bytesOut)}/s to clients, ${bytes(s.bytesIn)}/s from them`, BINARY),
    new Chart('Memory', [
      { label: 'heap', colour: '--blue', of: (s) => s.heap, filled: true },
      { label: 'buffers', colour: '--purple', of: (s) => s.direct },
    ], bytes, (s) => `heap ${bytes(s.heap)} of ${bytes(s.heapLimit)}, buffers ${bytes(s.direct)} of ${bytes(s.directLimit)}`, BINARY),
  ];
  tiles = el('dl', { class: 'tiles' });
  loops = el('div');
  listeners = el('div');
  renew(place, tiles, el('div', { class: 'charts' }, charts.map((chart) => chart.figure)),
    el('h2', {}, 'Event loops'), loops, el('h2', {}, 'Listeners'), listeners);
}

function tile(name, value, detail, mood) {
  return el('div', { class: 'tile ' + (mood ?? '') }, el('dt', {}, name), el('dd', {}, el('span', { class: 'value' }, value),
    el('span', { class: 'quiet' }, detail)));
}

// Certificates that end within two weeks, or whose files are not as they should be.
function troubled(certificates) {
  return certificates.filter((each) => Date.parse(each.memory.notAfter) - Date.now() < 14 * 86400e3 || each.disk.state === 'bad').length;
}

let known = null;

// What is live needs no answer.
export function begin(place, samples) {
  if (!tiles?.isConnected) {
    leave();
    build(place);
    sample(place, samples);
  }
}

export function draw(place, answer, samples) {
  begin(place, samples);
  known = answer;
  renew(listeners, table('Listeners', [
    { name: 'Name', of: (each) => each.name },
    { name: 'Address', of: (each) => el('code', {}, each.bind) },
    { name: 'What it does', of: (each) => each.does },
    { name: 'Connections', of: (each) => count(each.connections), number: true },
  ], answer.about.listeners));
  sample(place, samples);
}

export function sample(place, samples) {
  if (!tiles?.isConnected) {
    return;
  }
  charts.forEach((chart) => chart.draw(samples));
  const now = samples.at(-1);
  const away = now?.endpointsAway ?? 0;
  const expiring = known ? troubled(known.certificates) : 0;
  renew(tiles,
    tile('Requests', now ? rate(now.requests) : '–', 'a second'),
    tile('Server errors', now ? percent(errors(now)) : '–', 'of the last second’s answers', now && errors(now) > 0.01 ? 'bad' : ''),
    tile('Time', now ? millis(now.p50) : '–', now && now.p99 !== null ? 'p50; p99 ' + millis(now.p99) : 'p50 of the last second'),
    tile('Connections', now ? count(now.connections) : '–', now ? underWay(now) : ''),
    tile('Endpoints', now ? count(now.endpoints - away) + ' of ' + count(now.endpoints) : '–', away > 0 ? away + ' left out' : 'all are asked', away > 0 ? 'bad' : ''),
    tile('Certificates', known ? count(known.certificates.length) : '–', expiring > 0 ? expiring + (expiring === 1 ? ' needs' : ' need') + ' you' : 'all in order',
      expiring > 0 ? 'warn' : ''),
    tile('Processor', now ? percent(now.cpu) : '–', 'of this machine, by this process'));
  if (now) {
    renew(loops, table('Event loops', [
      { name: 'Loop', of: (each) => each.loop },
      { name: 'Late by', of: (each) => millis(each.delay), number: true },
      { name: 'Tasks waiting', of: (each) => count(each.pending), number: true },
      { name: 'State', of: (each) => ((each.delay ?? 0) > 100 ? badge('bad', 'overloaded') : (each.delay ?? 0) > 20 ? badge('warn', 'busy') : badge('good', 'well')) },
    ], [...now.loops].sort((a, b) => Number(a.loop) - Number(b.loop))));
  }
}

export function leave() {
  charts.forEach((chart) => chart.leave());
  charts = [];
  tiles = null;
}
