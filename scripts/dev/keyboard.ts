import { fstatSync } from 'node:fs';

/** A pipe on stdin: when it closes, its owner is gone. A pipe that was closed from the start proves nothing. */
export const watchPipe = (input: NodeJS.ReadStream): { whenClosed(then: () => void): void } => {
  let closed = (): void => undefined;
  if (isPipe(input))
    input
      .on('end', () => closed())
      .on('error', () => closed())
      .resume();
  return {
    whenClosed: (then) => {
      if (!input.readableEnded) closed = then;
    },
  };
};

/** Throws if there is no stdin at all. */
const isPipe = ({ fd, isTTY }: NodeJS.ReadStream & { readonly fd?: number }): boolean => {
  const stats = isTTY === true || fd === undefined ? undefined : fstatSync(fd);
  return stats !== undefined && (stats.isFIFO() || stats.isSocket());
};

type Input = Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;

/** Reads each key without Enter. The terminal is restored however this process exits. */
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

/** Arrow keys send several characters that begin with Escape; none of them counts as a typed letter. */
const keysOf = (text: string): readonly string[] => (text.startsWith('\x1b') ? [] : [...text]);
