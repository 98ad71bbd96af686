// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The data that tools/Html.cpp wrote, and the state: what is shown is a function
// of the address's fragment, so each view is a link:
//
//   #class=unknown,conditional&reason=no-ptx&q=gemm&sort=-accesses&page=2
//   #kernel=<mangled name>
//
// The next file, view.js, makes elements of it.

'use strict';
const CLASSES = ['idempotent', 'conditional', 'non-idempotent', 'unknown'];

const data = JSON.parse(document.getElementById('data').textContent);
const {inputs, kernels, texts} = data;

//===----------------------------------------------------------------------===//
// Data: what each kernel needs for filters and order
//===----------------------------------------------------------------------===//

const seen = new Map();
kernels.forEach((k, index) => {
  k.index = index;
  // Kernels of several images may share a name; the id tells them apart.
  const nth = (seen.get(k.name) || 0) + 1;
  seen.set(k.name, nth);
  k.id = nth > 1 ? `${k.name}@${nth}` : k.name;
  k.short = k.short || k.name;
  k.text = `${k.short}\n${k.signature}\n${k.name}`.toLowerCase();
  k.label = k.image == null ? '' : inputs[k.input].images[k.image].label;
});
const byId = new Map(kernels.map(k => [k.id, k]));
const paths = new Set(inputs.map(input => input.path));
const labels = [...new Set(kernels.map(k => k.label).filter(l => l))].sort();
const reasonNames = Object.keys(data.reasons)
  .filter(r => kernels.some(k => k.reasons.includes(r)));

const COLUMNS = [
  {key: 'name', title: 'Kernel', width: '34%', of: k => k.short.toLowerCase()},
  {key: 'class', title: 'Class', width: '8.5rem', of: k => CLASSES.indexOf(k.class)},
  {key: 'why', title: 'Condition or reason', width: 'auto', of: k => k.condition || k.notes.join('; ')},
  {key: 'place', title: 'Source', width: '11rem', of: k => k.line ? `${k.file}:${String(k.line).padStart(9)}` : ''},
  {key: 'image', title: 'Image', width: '8rem', of: k => k.label},
  {key: 'accesses', title: 'Accesses', width: '5.5rem', of: k => k.accesses.length, number: true},
  {key: 'pairs', title: 'Pairs', width: '4.5rem', of: k => k.pairs, number: true},
].filter(c => (c.key !== 'image' || labels.length) &&
              (c.key !== 'place' || kernels.some(k => k.line)));

//===----------------------------------------------------------------------===//
// State: read from and written to the fragment
//===----------------------------------------------------------------------===//

const EMPTY = {q: '', class: [], reason: '', input: '', image: '', sort: '', page: 1, kernel: ''};
let state = {...EMPTY};

function parse(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const one = (key, valid) => valid(given.get(key) || '') ? given.get(key) || '' : '';
  return {
    q: given.get('q') || '',
    class: CLASSES.filter(c => (given.get('class') || '').split(',').includes(c)),
    reason: one('reason', r => reasonNames.includes(r)),
    input: one('input', p => paths.has(p)),
    image: one('image', l => labels.includes(l)),
    sort: one('sort', s => COLUMNS.some(c => c.key === s.replace(/^-/, ''))),
    page: Math.max(1, parseInt(given.get('page'), 10) || 1),
    kernel: one('kernel', id => byId.has(id)),
  };
}

function fragment(s) {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(s))
    if (String(value) !== String(EMPTY[key])) out.set(key, value);
  return '#' + out;
}

// Link to the present view with changes; a change of filter starts at page 1.
const link = changes => fragment({...state, page: 1, kernel: '', ...changes});

function change(changes) {
  state = {...state, page: 1, kernel: '', ...changes};
  history.replaceState(null, '', fragment(state));
  render();
}

//===----------------------------------------------------------------------===//
// Filters
//===----------------------------------------------------------------------===//

const TESTS = {
  q: words => k => words.every(w => k.text.includes(w)),
  class: list => k => list.includes(k.class),
  reason: reason => k => k.reasons.includes(reason),
  input: path => k => inputs[k.input].path === path,
  image: label => k => k.label === label,
};

// Kernels that pass all filters but one: the counts beside a filter's choices
// say what choosing them would give.
function matching(except) {
  const tests = [];
  const add = (key, on, value) => { if (on && key !== except) tests.push(TESTS[key](value)); };
  add('q', state.q.trim(), state.q.toLowerCase().split(/\s+/).filter(w => w));
  add('class', state.class.length, state.class);
  add('reason', state.reason, state.reason);
  add('input', state.input, state.input);
  add('image', state.image, state.image);
  return kernels.filter(k => tests.every(t => t(k)));
}

function sorted(list) {
  if (!state.sort) return list;  // As in the files.
  const column = COLUMNS.find(c => c.key === state.sort.replace(/^-/, ''));
  const sign = state.sort.startsWith('-') ? -1 : 1;
  const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;
  return list.map(k => [column.of(k), k])
    .sort((a, b) => sign * compare(a[0], b[0]) || a[1].index - b[1].index)
    .map(p => p[1]);
}

// How often each key occurs: a function from key to number.
function tally(list, keysOf) {
  const counts = new Map();
  for (const k of list)
    for (const key of keysOf(k)) counts.set(key, (counts.get(key) || 0) + 1);
  return key => counts.get(key) || 0;
}
