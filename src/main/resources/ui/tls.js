// What clients agreed on, and why others did not come in.

import { badge, bar, count, el, load, millis, note, percent, renew, table } from './parts.js';

export const title = 'TLS';
export const every = 5;
export const fetch = () => load('/tls');

const REASONS = {
  protocol_version: 'The client speaks no TLS version that the policy allows.',
  no_shared_cipher: 'No cipher, group or signature in common.',
  unknown_ca: 'The client does not know who issued our certificate: is the chain whole?',
  certificate_expired: 'The client takes our certificate for expired.',
  bad_certificate: 'The client refused our certificate, by issuer, chain, name or date.',
  unrecognized_name: 'No certificate covers the name that was asked for.',
  no_application_protocol: 'No protocol (ALPN) in common.',
  client_certificate_missing: 'The name asks for a client certificate, and none was shown.',
  client_certificate_refused: 'The client’s certificate is not let in.',
  plain_http: 'Plain HTTP on a TLS port.',
  not_tls: 'Neither TLS nor HTTP: a scan, or a client at the wrong port.',
  malformed: 'TLS that cannot be read.',
  client_hello_too_large: 'The first message is larger than limits.client-hello.',
  timeout: 'Not over within timeouts.tls-handshake.',
  client_closed: 'The client went away.',
  client_alert: 'The client ended it with another alert.',
  internal: 'We failed: see the diagnostics.',
  other: 'A reason without a name here.',
};

const FAMILIES = {
  none: 'said nothing that could be read',
  tls_1_0: 'speaks at most TLS 1.0',
  tls_1_1: 'speaks at most TLS 1.1',
  grease: 'Chrome, Edge, Safari, or alike',
  firefox: 'Firefox, or alike',
  java: 'a Java program',
  openssl: 'OpenSSL: curl, Python and others',
  nameless: 'names no host: scans, simple health checks',
  other: 'of no known kind',
};

// Each kind of client, how many came in and how many did not.
function families(answer) {
  const rows = new Map();
  const row = (name) => {
    rows.set(name, rows.get(name) ?? { name, finished: 0, failed: 0, h2: 0 });
    return rows.get(name);
  };
  answer.clients.forEach((each) => {
    row(each.family).finished += each.count;
    row(each.family).h2 += each.alpn === 'h2' ? each.count : 0;
  });
  answer.failures.forEach((each) => { row(each.family).failed += each.count; });
  return [...rows.values()].filter((each) => each.finished + each.failed > 0).sort((a, b) => b.finished + b.failed - a.finished - a.failed);
}

function grouped(rows, key) {
  const sums = new Map();
  rows.forEach((row) => sums.set(row[key], (sums.get(row[key]) ?? 0) + row.count));
  return [...sums].filter(([, many]) => many > 0).sort((a, b) => b[1] - a[1]);
}

function shares(name, caption, rows, all) {
  return el('div', {}, el('h2', {}, caption), table(caption, [
    { name, of: ([value, many]) => el('span', {}, value, bar(many / all)) },
    { name: 'Handshakes', of: ([, many]) => count(many), number: true },
    { name: 'Share', of: ([, many]) => percent(many / all), number: true },
  ], rows, 'No handshake yet.'));
}

export function draw(place, answer) {
  const all = answer.handshakes.reduce((sum, row) => sum + row.count, 0);
  const failed = answer.failures.reduce((sum, row) => sum + row.count, 0);
  const resumed = answer.handshakes.filter((row) => row.resumed === 'true').reduce((sum, row) => sum + row.count, 0);
  const hybrid = answer.handshakes.filter((row) => row.group.includes('MLKEM')).reduce((sum, row) => sum + row.count, 0);
  const tile = (label, value, detail, mood) => el('div', { class: 'tile ' + (mood ?? '') }, el('dt', {}, label),
    el('dd', {}, el('span', { class: 'value' }, value), el('span', { class: 'quiet' }, detail)));
  renew(place,
    el('p', { class: 'quiet' }, 'Since the start.'),
    el('dl', { class: 'tiles' },
      tile('Handshakes', count(all), 'finished'),
      tile('Failed', count(failed), all + failed === 0 ? '' : percent(failed / (all + failed)) + ' of all'),
      tile('Resumed', all === 0 ? '–' : percent(resumed / all), 'came back with a ticket'),
      tile('Post-quantum', all === 0 ? '–' : percent(hybrid / all), 'hybrid key exchange'),
      tile('Time', millis(answer.p50), 'p50; p99 ' + millis(answer.p99))),
    el('h2', {}, 'Why handshakes fail'),
    table('Why handshakes fail', [
      { name: 'Reason', of: (row) => el('code', {}, row.reason) },
      { name: 'Means', of: (row) => REASONS[row.reason] ?? '' },
      { name: 'Client', of: (row) => FAMILIES[row.family] ?? row.family },
      { name: 'Listener', of: (row) => row.listener },
      { name: 'Times', of: (row) => count(row.count), number: true },
      { name: 'Share of failures', of: (row) => percent(row.count / failed), number: true },
    ], answer.failures.filter((row) => row.count > 0).sort((a, b) => b.count - a.count), 'None failed.'),
    el('h2', {}, 'Kinds of clients'),
    table('Kinds of clients', [
      { name: 'Client', of: (row) => FAMILIES[row.name] ?? row.name },
      { name: 'Handshakes', of: (row) => count(row.finished), number: true },
      { name: 'By HTTP/2', of: (row) => percent(row.h2 / row.finished), number: true },
      { name: 'Failed', of: (row) => count(row.failed), number: true },
      { name: 'Share that fails', of: (row) => percent(row.failed / (row.finished + row.failed)), number: true },
    ], families(answer), 'None yet.'),
    el('div', { class: 'columns' },
      shares('Version', 'Versions', grouped(answer.handshakes, 'version'), all),
      shares('Group', 'Key exchange groups', grouped(answer.handshakes, 'group'), all),
      shares('Cipher suite', 'Cipher suites', grouped(answer.handshakes, 'cipher'), all),
      shares('Listener', 'Listeners', grouped(answer.handshakes, 'listener'), all)));
}
