import { fstatSync } from 'node:fs';

/** A pipe to our standard input: of somebody who is gone when it closes. One that is closed from the start says nothing. */
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

/** Without a standard input at all there is no descriptor. */
const isPipe = ({ fd, isTTY }: NodeJS.ReadStream & { readonly fd?: number }): boolean => {
  const stats = isTTY === true || fd === undefined ? undefined : fstatSync(fd);
  return stats !== undefined && (stats.isFIFO() || stats.isSocket());
};

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
