// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The elements of the page. Text comes into it as text nodes and attributes
// only, never as markup.

const ACCESS_KINDS = {1: 'read', 2: 'write', 3: 'atomic'};
const PAGE = 100;   // Kernels shown at once.
const CHUNK = 100;  // Lines of a long list; a button shows more.

const $ = id => document.getElementById(id);

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

// el('p', {class: 'hint'}, 'text', child): a new element.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter(c => c != null && c !== ''));
  return node;
}

const number = n => n.toLocaleString('en-US');
const count = (n, what) => `${number(n)} ${what}${n === 1 ? '' : 's'}`;
const baseName = path => path.slice(path.lastIndexOf('/') + 1);

function place(file, line, column) {
  if (!line) return '';
  const text = `${baseName(file)}:${line}${column ? ':' + column : ''}`;
  return el('span', {title: `${file}:${line}`}, text);
}

function table(id, headers, rows, total = rows.length) {
  const body = el('tbody');
  const box = el('div', {class: 'scroll'}, el('table', {id},
    el('thead', {}, el('tr', {}, ...headers.map(h =>
      el('th', {scope: 'col', class: h.startsWith('#') ? 'number' : null},
         h.replace(/^#(?=.)/, ''))))), body));
  const more = el('button', {type: 'button', class: 'more', onclick: grow});
  let shown = 0;
  function grow() {
    const next = Math.min(rows.length, shown ? shown + 10 * CHUNK : CHUNK);
    for (; shown < next; ++shown)
      body.append(el('tr', {}, ...rows[shown]().map((cell, i) =>
        el('td', {class: headers[i].startsWith('#') ? 'number' : null}, cell))));
    more.textContent = `Show more (${number(shown)} of ${number(rows.length)} shown)`;
    more.hidden = shown === rows.length;
  }
  grow();
  box.append(more);
  if (total > rows.length)
    box.append(el('p', {class: 'hint'}, `The first ${number(rows.length)} of ` +
      `${number(total)}; reprise explain lists all.`));
  return box;
}

//===----------------------------------------------------------------------===//
// Filters
//===----------------------------------------------------------------------===//

function renderSelect(select, all, choices) {
  select.hidden = choices.length < 2 && !select.value;
  select.replaceChildren(el('option', {value: ''}, all),
    ...choices.map(([value, text, n]) => el('option', {value}, `${text} (${number(n)})`)));
  select.value = state[select.id];
}

function renderFilters() {
  if ($('q').value !== state.q) $('q').value = state.q;
  const ofClass = tally(matching('class'), k => [k.class]);
  const pressed = document.activeElement && document.activeElement.dataset.class;
  $('classes').replaceChildren(...CLASSES.map(c => el('button', {
    type: 'button', class: c, 'data-class': c, 'aria-pressed': String(state.class.includes(c)),
    onclick: () => change({class: CLASSES.filter(d => (d === c) !== state.class.includes(d))}),
  }, `${c} `, el('b', {}, number(ofClass(c))))));
  if (pressed) $('classes').querySelector(`[data-class=${pressed}]`).focus();
  const ofReason = tally(matching('reason'), k => k.reasons);
  renderSelect($('reason'), 'Any reason', reasonNames.map(r => [r, r, ofReason(r)]));
  const ofInput = tally(matching('input'), k => [inputs[k.input].path]);
  renderSelect($('input'), 'All files', [...paths].map(p => [p, baseName(p), ofInput(p)]));
  const ofImage = tally(matching('image'), k => [k.label]);
  renderSelect($('image'), 'All images', labels.map(l => [l, l, ofImage(l)]));
  $('clear').disabled = link({}) === fragment({...EMPTY, sort: state.sort});
}

//===----------------------------------------------------------------------===//
// Charts: bars of links to filtered views
//===----------------------------------------------------------------------===//

// One line: the classes of list, as long as its share of most.
function bar(label, title, list, most, changes) {
  const ofClass = tally(list, k => [k.class]);
  const line = el('div', {class: 'bar'});
  line.style.width = `${100 * list.length / Math.max(1, most)}%`;
  for (const c of CLASSES.filter(ofClass)) {
    const text = `${label}: ${number(ofClass(c))} ${c}`;
    const part = el('a', {class: c, title: text, 'aria-label': text, href: link({...changes, class: [c]})});
    part.style.flex = `${ofClass(c)} 1 0`;
    line.append(part);
  }
  return el('div', {class: 'bar-row', 'data-label': label},
    el('a', {class: 'label', title, href: link(changes)}, label), line,
    el('span', {class: 'total'}, number(list.length)));
}

function renderCharts() {
  const lists = inputs.map(() => []);
  for (const k of matching('input')) lists[k.input].push(k);
  $('input-chart').replaceChildren(...inputs.map((input, i) =>
    bar(baseName(input.path), input.path, lists[i], lists[i].length, {input: input.path})));
  const list = matching('reason');
  const groups = reasonNames.map(r => [r, list.filter(k => k.reasons.includes(r))])
    .filter(g => g[1].length).sort((a, b) => b[1].length - a[1].length);
  $('reason-chart').replaceChildren(...(groups.length
    ? groups.map(([r, own]) => bar(r, data.reasons[r], own, groups[0][1].length, {reason: r}))
    : ['None in these kernels.']));
}

//===----------------------------------------------------------------------===//
// One kernel
//===----------------------------------------------------------------------===//

// Machine code alone: the kernel is listed, there is no answer.
const silent = k => k.reasons.includes('no-ptx');

function imageText(input, index) {
  const image = inputs[input].images[index];
  return `${image.label}${image.ptx ? `, PTX ${image.ptx}` : ''}, image ${index}` +
         `${image.path ? ` at ${image.path}` : ''}`;
}

function accessRemark(a) {
  const [kind, , , liveIn, must] = a;
  return [kind !== 2 && !liveIn ? 'never live-in' : '', must ? '' : 'may not happen']
    .filter(t => t).join('; ');
}

// A reason of the closed list, with its meaning and what it is about.
function reasonCell(reason, detail) {
  const name = texts[reason];
  if (!name) return '';
  return el('span', {title: data.reasons[name]}, name, texts[detail] ? `: ${texts[detail]}` : '');
}

function list(items, make) {
  const ul = el('ul', {}, ...items.slice(0, CHUNK).map(i => el('li', {}, make(i))));
  if (items.length > CHUNK) ul.append(el('li', {}, `and ${number(items.length - CHUNK)} more`));
  return ul;
}

function kernelPanel(k) {
  const facts = el('dl', {class: 'facts'});
  const fact = (name, value) => { if (value) facts.append(el('dt', {}, name), el('dd', {}, value)); };
  fact('Signature', el('code', {}, k.signature));
  fact('Name', el('code', {}, k.name));
  fact('Class', el('span', {class: `badge ${k.class}`}, k.class));
  fact('Condition', k.condition && el('code', {}, k.condition));
  fact('Reasons', k.reasons.length && list(k.reasons, r => `${r}: ${data.reasons[r]}`));
  fact('Notes', k.notes.length && list(k.notes, n => n));
  fact('Source', k.line && `${k.file}:${k.line}`);
  fact('File', inputs[k.input].path);
  if (k.image != null) {
    const image = inputs[k.input].images[k.image];
    fact(silent(k) ? 'Listed from' : 'Answer from', imageText(k.input, k.image));
    fact('SHA-256', image.sha256 && el('code', {}, image.sha256));
    fact('No answer for', k.others.length && list(k.others, i => imageText(k.input, i)));
  }
  fact('Link', el('a', {href: fragment({...EMPTY, kernel: k.id})}, 'this kernel'));

  const panel = el('div', {class: `panel ${k.class}`}, facts);
  const part = (title, ...nodes) => panel.append(el('h3', {}, title), ...nodes);
  if (k.params.length)
    part('Parameters', table('params', ['Name', 'Kind', '#Offset', '#Bytes'],
      k.params.map(p => () => [el('code', {}, p[0]), p[1], number(p[2]), number(p[3])])));
  part(`Accesses of global memory (${number(k.accesses.length)})`, k.accesses.length
    ? table('accesses', ['#', 'Kind', 'Address', '#Bytes', 'Source', 'Rule', 'Reason', 'Remark'],
        k.accesses.map((a, i) => () => [number(i), ACCESS_KINDS[a[0]], el('code', {}, texts[a[1]]),
          a[2] ? number(a[2]) : '?', place(texts[a[8]], a[9], a[10]), texts[a[5]],
          reasonCell(a[6], a[7]), accessRemark(a)]))
    : 'None are known.');
  if (k.effects.length)
    part('Effects that a second run cannot repeat, or that hide accesses',
      table('effects', ['Reason', 'Source'], k.effects.map(e => () =>
        [reasonCell(e[0], e[1]), place(texts[e[2]], e[3], e[4])])));
  const side = i => el('span', {}, `${number(i)} `, el('code', {}, texts[k.accesses[i][1]]));
  part(`Pairs that decide (${number(k.pairs)})`, k.pairs
    ? table('pairs', ['Read', 'Write', 'Relation'], k.shown.map(p => () => [side(p[0]), side(p[1]),
        ['must not meet', 'the write overwrites what was read', 'depends on the order of threads'][p[2]]]), k.pairs)
    : 'None.');
  return panel;
}

//===----------------------------------------------------------------------===//
// The list of kernels
//===----------------------------------------------------------------------===//

function cell(k, column) {
  switch (column.key) {
  case 'name':
    return el('button', {type: 'button', class: 'name', 'data-id': k.id,
      'aria-expanded': String(k.id === state.kernel), onclick: () => toggle(k)},
      el('span', {class: 'clamp', title: k.signature}, k.short));
  case 'class':
    return el('span', {class: `badge ${k.class}`}, k.class);
  case 'why':
    return el('div', {class: 'clamp'}, column.of(k) || k.reasons.join(', '));
  case 'place':
    return place(k.file, k.line);
  default:
    return column.number ? number(column.of(k)) : column.of(k);
  }
}

function rowOf(k) {
  const open = k.id === state.kernel;
  const row = el('tr', {class: open ? 'row open' : 'row', 'data-index': k.index},
    ...COLUMNS.map(c => el('td', {class: c.number ? 'number' : null}, cell(k, c))));
  if (!open) return [row];
  return [row, el('tr', {class: 'details'}, el('td', {colspan: COLUMNS.length}, kernelPanel(k)))];
}

function toggle(k) {
  change({page: state.page, kernel: k.id === state.kernel ? '' : k.id});
  for (const button of $('rows').querySelectorAll('.name'))
    if (button.dataset.id === k.id) button.focus();
}

function renderHead() {
  const was = document.activeElement && document.activeElement.dataset.sort;
  $('columns').replaceChildren(...COLUMNS.map(c => {
    const up = state.sort === c.key, down = state.sort === '-' + c.key;
    const next = up ? '-' + c.key : down ? '' : c.key;
    const head = el('th', {scope: 'col', class: c.number ? 'number' : null,
      'aria-sort': up ? 'ascending' : down ? 'descending' : null},
      el('button', {type: 'button', 'data-sort': c.key, onclick: () => change({sort: next})}, c.title));
    head.style.width = c.width;
    return head;
  }));
  if (was) $('columns').querySelector(`[data-sort=${was}]`).focus();
}

function renderKernels() {
  const found = sorted(matching());
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  // A link to a kernel leads to the page that it is on.
  const at = state.kernel ? found.findIndex(k => k.id === state.kernel) : -1;
  state.page = at >= 0 ? Math.floor(at / PAGE) + 1 : Math.min(state.page, pages);
  const first = (state.page - 1) * PAGE;
  renderHead();
  $('rows').replaceChildren(...found.slice(first, first + PAGE).flatMap(rowOf));
  $('count').textContent = found.length
    ? `${count(found.length, 'kernel')}${found.length < kernels.length ? ` of ${number(kernels.length)}` : ''}` +
      `${pages > 1 ? `, ${number(first + 1)} to ${number(Math.min(first + PAGE, found.length))} shown` : ''}`
    : kernels.length ? 'No kernel matches these filters.' : 'There is no kernel.';
  const step = (id, text, page) => el('button', {type: 'button', id, disabled: page < 1 || page > pages,
    onclick: () => {
      change({page});
      $('kernels-title').scrollIntoView();
      $($(id).disabled ? 'q' : id).focus({preventScroll: true});
    }}, text);
  $('pager').hidden = pages === 1;
  $('pager').replaceChildren(step('previous', 'Previous', state.page - 1),
    `Page ${number(state.page)} of ${number(pages)}`, step('next', 'Next', state.page + 1));
}

//===----------------------------------------------------------------------===//
// Files, their images and problems
//===----------------------------------------------------------------------===//

const wrong = input => input.problems.length + (input.failure ? 1 : 0);

function filePanel(input, index) {
  const body = el('div');
  if (input.failure) body.append(el('p', {class: 'problems'}, input.failure));
  if (input.problems.length)
    body.append(el('h3', {}, 'Problems'),
      table('problems', ['What is wrong'], input.problems.map(p => () => [el('span', {class: 'problems'}, p)])));
  if (!input.images) return body;
  const own = kernels.filter(k => k.input === index);
  const answers = tally(own, k => silent(k) ? [] : [k.image]);
  const without = tally(own, k => silent(k) ? [k.image, ...k.others] : k.others);
  body.append(el('h3', {}, 'Images'), table('images',
    ['#', 'Kind', 'Architecture', '#Kernels', '#Answered', '#No answer', '#Bytes', '#In the file', 'Where', 'SHA-256'],
    input.images.map((image, i) => () => [number(i), `${image.kind}${image.ptx ? ` ${image.ptx}` : ''}`,
      image.arch, image.kernels == null ? '?' : number(image.kernels), number(answers(i)),
      !image.requested ? 'not asked for' : image.kernels == null ? 'not looked into' : number(without(i)),
      number(image.size), number(image.stored), el('code', {}, image.path),
      image.sha256 ? el('code', {title: image.sha256}, image.sha256.slice(0, 12)) : ''])));
  return body;
}

function renderFiles() {
  $('files').replaceChildren(...inputs.map((input, i) => {
    const own = kernels.filter(k => k.input === i).length;
    const details = el('details', {class: 'file'}, el('summary', {}, el('b', {}, input.path), ' ',
      el('span', {class: 'dim'}, [count(own, 'kernel'),
        input.images ? count(input.images.length, 'image') : '',
        wrong(input) ? count(wrong(input), 'problem') : ''].filter(t => t).join(', '))));
    details.addEventListener('toggle', () => {  // The first time only.
      if (details.open && !details.querySelector('div')) details.append(filePanel(input, i));
    });
    if (wrong(input)) details.open = true;
    return details;
  }));
  const problems = inputs.reduce((sum, input) => sum + wrong(input), 0);
  $('alarm').hidden = !problems;
  $('alarm-text').textContent = `${count(problems, 'problem')}: parts of the files could not be read.`;
  $('alarm-show').onclick = () => $('files-title').scrollIntoView();
}

//===----------------------------------------------------------------------===//
// Start
//===----------------------------------------------------------------------===//

function render() {
  renderFilters();
  renderCharts();
  renderKernels();
}

function follow() {
  state = parse(location.hash);
  render();
  const open = $('rows').querySelector('tr.open');
  if (open) open.scrollIntoView();
}

const names = inputs.length === 1 ? baseName(inputs[0].path) : count(inputs.length, 'file');
document.title = `${names}: kernel audit`;
$('about').textContent = `${names}, ${count(kernels.length, 'kernel')}. ${data.producer}.`;
$('legend').replaceChildren(...CLASSES.map(c => el('li', {class: c}, c)));
$('filters').addEventListener('submit', event => event.preventDefault());
$('q').addEventListener('input', () => change({q: $('q').value}));
for (const key of ['reason', 'input', 'image'])
  $(key).addEventListener('change', () => change({[key]: $(key).value}));
$('clear').addEventListener('click', () => change({...EMPTY, sort: state.sort}));
window.addEventListener('hashchange', follow);
renderFiles();
document.querySelector('main').hidden = false;
follow();
