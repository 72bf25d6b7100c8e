type Input = Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;

/** Every key at once, without Enter; the terminal is as it was before however this process ends by itself. */
export const readKeys = (input: Input, onKey: (key: string) => void): (() => void) => {
  if (input.isTTY !== true) return () => undefined;
  const onData = (data: Buffer): void => {
    for (const key of keysOf(data.toString())) onKey(key);
  };
  const restore = (): void => {
    input.setRawMode(false);
    input.off('data', onData);
    input.pause();
    process.off('exit', restore);
  };
  input.setRawMode(true);
  input.on('data', onData);
  input.resume();
  process.on('exit', restore);
  return restore;
};

/** Arrows and the like come as several characters that begin with Escape; none of them is a letter somebody typed. */
const keysOf = (text: string): readonly string[] => (text.startsWith('\x1b') ? [] : [...text]);
