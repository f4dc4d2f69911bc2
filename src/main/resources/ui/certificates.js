// Every end in every chain, the nearest first; and what is not as it should be.

import { ago, badge, bar, day, el, load, moment, note, renew, span, table } from './parts.js';

export const title = 'Certificates';
export const every = 10;
export const fetch = () => load('/certificates');

const DAY = 86400;
const left = (time) => (Date.parse(time) - Date.now()) / 1000;
const mood = (time) => (left(time) < 3 * DAY ? 'bad' : left(time) < 14 * DAY ? 'warn' : 'good');
const common = (name) => /(?:^|,)\s*CN=((?:\\.|[^,])*)/.exec(name)?.[1] ?? name;

function remaining(time) {
  const seconds = left(time);
  return seconds <= 0 ? badge('bad', 'expired ' + span(seconds) + ' ago') : badge(mood(time), 'in ' + span(seconds));
}

function ends(certificates) {
  const rows = new Map();
  for (const each of certificates) {
    each.memory.links.forEach((link, depth) => {
      const key = link.subject + link.issuer + link.notAfter;
      const row = rows.get(key) ?? { ...link, depth, serves: [] };
      row.serves.push(each.memory.names[0] ?? each.chain);
      rows.set(key, row);
    });
  }
  return [...rows.values()].sort((a, b) => Date.parse(a.notAfter) - Date.parse(b.notAfter));
}

// How much of its time is over; renewal is usual after two thirds.
function spent(link) {
  const whole = Date.parse(link.notAfter) - Date.parse(link.notBefore);
  const share = (Date.now() - Date.parse(link.notBefore)) / whole;
  return bar(share, mood(link.notAfter), Math.round(Math.min(1, Math.max(0, share)) * 100) + ' percent of its time is over');
}

function problems(each) {
  const found = [];
  if (left(each.memory.notAfter) <= 0) {
    found.push(note('bad', 'Expired: clients refuse it. Renew it; the new files are taken up by themselves.'));
  } else if (mood(each.memory.notAfter) !== 'good') {
    found.push(note(mood(each.memory.notAfter), 'Ends in ' + span(left(each.memory.notAfter)) + '. Did the renewal run, and its hook?'));
  }
  if (each.disk.state === 'bad') {
    found.push(note('bad', 'The files on disk cannot be served; the one before stays: ' + each.disk.problems.join('; ')));
  } else if (each.disk.state === 'changed') {
    found.push(note('warn', 'The files on disk are others than what is served: a reload is due.'));
  }
  if (each.lastRefusal !== null) {
    found.push(note('warn', 'Last refused ' + ago(each.lastRefusal.at) + ': ' + each.lastRefusal.why.join('; ')));
  }
  if (each.ocsp.lastFailure !== null) {
    found.push(note(each.ocsp.mustStaple ? 'bad' : 'warn', 'No fresh OCSP answer (' + each.ocsp.lastFailure.reason + '): ' + each.ocsp.lastFailure.why));
  }
  return found;
}

function staple(each) {
  const told = each.ocsp;
  const answer = !told.stapling ? 'switched off'
    : told.staple !== null ? 'good until ' + told.staple.nextUpdate
      : told.responder === null ? 'none: the certificate names no responder' : 'none yet from ' + told.responder;
  return [el('dt', {}, 'OCSP staple'), el('dd', {}, answer + (told.nextQuestion === null ? '' : ', asked ' + ago(told.nextQuestion)))];
}

function card(each) {
  const memory = each.memory;
  return el('article', { class: 'card' },
    el('h3', {}, memory.names[0] ?? each.chain, ' ', remaining(memory.notAfter)),
    problems(each),
    el('dl', { class: 'facts' },
      el('dt', {}, 'Names'), el('dd', {}, memory.names.join(', ')),
      el('dt', {}, 'Key'), el('dd', {}, memory.kind),
      el('dt', {}, 'Issued by'), el('dd', {}, common(memory.issuer)),
      el('dt', {}, 'Valid'), el('dd', {}, moment(memory.notBefore), ' to ', moment(memory.notAfter)),
      staple(each),
      el('dt', {}, 'Block'), el('dd', {}, el('code', {}, 'tls.' + each.block), each.default ? ', for clients that name nobody' : ''),
      el('dt', {}, 'Files'), el('dd', {}, el('code', {}, each.chain), el('br'), el('code', {}, each.key)),
      el('dt', {}, 'SHA-256'), el('dd', {}, el('code', { class: 'long' }, memory.sha256))));
}

export function draw(place, answer) {
  const all = answer.certificates;
  if (all.length === 0) {
    renew(place, note('plain', 'No listener speaks TLS.'));
    return;
  }
  renew(place,
    el('h2', {}, 'Calendar'),
    table('Every certificate of every chain, the first to end first', [
      { name: 'Certificate', of: (link) => el('span', {}, common(link.subject), el('span', { class: 'under' }, link.depth === 0 ? 'site' : 'issuer, serves ' + link.serves.join(', '))) },
      { name: 'Ends', of: (link) => day(link.notAfter) },
      { name: 'Left', of: (link) => remaining(link.notAfter) },
      { name: 'Time over', of: spent },
      { name: 'Issued by', of: (link) => common(link.issuer) },
    ], ends(all)),
    el('h2', {}, 'What is served'),
    el('div', { class: 'cards' }, all.map(card)));
}
