// Each kernel, opened by the link that its own panel has.
const found = [];
for (let i = 0; i < document.querySelectorAll('.name').length; ++i) {
  document.querySelectorAll('.name')[i].click();
  await settle();
  const here = find('.details dd a').hash;
  await go('');
  await go(here);
  const panels = document.querySelectorAll('.details');
  found.push(`${panels.length} ${panels[0].querySelectorAll('code')[1].textContent}`);
}
say('title is ' + document.title);
found.forEach(say);
