const rows = () => document.querySelectorAll('.row').length;
const where = () => `${rows()} rows, ${find('.row').textContent.slice(0, 12)}, ` +
  `${find('#pager').textContent}, ${document.activeElement.id}`;
const buttons = () => document.querySelectorAll('#pager button');
say(where());
say(buttons()[0].disabled + ' ' + buttons()[1].disabled);
buttons()[1].click(); await settle();
say(where());
await type('q', '99'); say(where());
await go('#page=100'); say(where());
say(buttons()[0].disabled + ' ' + buttons()[1].disabled);
await go('#page=1000'); say(where());
await go('#kernel=kernel_04321'); say(where());
say(find('[aria-expanded=true]').textContent);
