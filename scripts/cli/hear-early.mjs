/**
 * Loaded first, so that a signal also ends a command in order while it is still loading: the first listener added later
 * hears of it. Plain JavaScript, because the TypeScript loader comes later.
 */
for (const signal of ['SIGINT', 'SIGTERM']) {
  let heard = 0;
  const hear = () => {
    // Other listeners have already handled it.
    if (process.listenerCount(signal) === 1) heard++;
  };
  process.on(signal, hear);
  const listens = (name) => {
    if (name !== signal) return;
    process.off('newListener', listens);
    // Not in this turn: without listeners Node would leave the signal to its default action.
    setImmediate(() => {
      process.off(signal, hear);
      for (; heard > 0; heard--) process.emit(signal, signal);
    });
  };
  process.on('newListener', listens);
}
