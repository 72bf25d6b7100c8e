/**
 * Loaded first, so that a signal also ends a command cleanly while it is still loading: the first listener that is
 * added later gets it. Plain JavaScript, because the TypeScript loader comes later.
 */
for (const signal of ['SIGINT', 'SIGTERM']) {
  let pending = 0;
  const count = () => {
    // Other listeners have already handled it.
    if (process.listenerCount(signal) === 1) pending++;
  };
  process.on(signal, count);
  const onListener = (name) => {
    if (name !== signal) return;
    process.off('newListener', onListener);
    // Not in this turn: without listeners Node would leave the signal to its default action.
    setImmediate(() => {
      process.off(signal, count);
      for (; pending > 0; pending--) process.emit(signal, signal);
    });
  };
  process.on('newListener', onListener);
}
