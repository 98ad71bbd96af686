const list = () => say([...document.querySelectorAll('.name')]
  .map(name => name.textContent).join(' ') + ' at ' + location.hash);
await click('[data-class=unknown]'); list();
await click('[data-class=conditional]'); list();
say(find('[data-class=unknown]').ariaPressed);
await click('[data-class=unknown]'); list();
say(find('[data-class=unknown]').ariaPressed);
await type('q', 'copy2'); list();
await click('#clear'); list();
await click('[data-sort=name]'); list();
await click('[data-sort=name]'); list();
say(find('th[aria-sort]').textContent + ' ' + find('th[aria-sort]').ariaSort);
await click('[data-sort=name]'); list();
await click('[data-label="kernels.ll"] a.non-idempotent'); list();
await go('#q=put'); list();
say(find('#q').value);
await go(''); list();
await click('[data-label="unknown-pointer"] a.label'); list();
