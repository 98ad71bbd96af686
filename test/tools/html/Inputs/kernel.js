const open = () => say([...document.querySelectorAll('[aria-expanded=true]')]
  .map(name => name.textContent).join(' ') + ' open at ' + location.hash);
await click('[data-id=_Z4sinkPPi]'); open();
say('focus on ' + document.activeElement.textContent);
await click('[data-id=_Z4copyPiPKi]'); open();
say(find('.details').querySelectorAll('#accesses tbody tr').length + ' accesses');
await click('[data-id=_Z4copyPiPKi]'); open();
say(document.querySelectorAll('.details').length + ' panels');
