const lines = id => document.querySelectorAll(`#${id} tbody tr`).length;
const shown = () => say(`${lines('accesses')} accesses, ${lines('pairs')} pairs`);
const more = id => click(`.scroll:has(> #${id}) > .more`);
shown();
say(find('.scroll:has(> #pairs) > .more').textContent);
await more('accesses'); shown();
await more('pairs'); shown();
say(find('.scroll:has(> #pairs) > .more').hidden);
