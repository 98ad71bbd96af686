find('details').open = true;
await settle();
