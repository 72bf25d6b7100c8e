/**
 * Loaded before all else, so that a signal that comes while a command is still being read ends it in good order too: the
 * first who listens hears of it. Plain JavaScript, for what reads TypeScript is loaded later.
 */
for (const signal of ['SIGINT', 'SIGTERM']) {
  let heard = 0;
  const hear = () => {
    // With others who listen already it has been heard.
    if (process.listenerCount(signal) === 1) heard++;
  };
  process.on(signal, hear);
  const listens = (name) => {
    if (name !== signal) return;
    process.off('newListener', listens);
    // Not in this turn: with its last listener gone Node would leave the signal to its default.
    setImmediate(() => {
      process.off(signal, hear);
      for (; heard > 0; heard--) process.emit(signal, signal);
    });
  };
  process.on('newListener', listens);
}
