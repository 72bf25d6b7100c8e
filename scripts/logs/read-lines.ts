import { watch } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { LineSplitter } from '../../shared/lines.ts';

export type LineSource = {
  readonly file: string;
  readonly follow: boolean;
  readonly signal: AbortSignal;
};

const CHUNK = 256 * 1024;
/** A longer line is not from an access log, and is not kept in memory. */
const LONGEST_LINE = 1024 * 1024;
/** Polled where changes are not reported, as on some network file systems. */
const LOOK_EVERY_MS = 1000;

/** The complete lines of a file; with `follow` also new ones, even after it was rotated or emptied. */
export async function* readLines({ file, follow, signal }: LineSource): AsyncGenerator<string> {
  for (;;) {
    const handle = await open(file, 'r');
    try {
      yield* linesOf(handle, { file, follow, signal });
    } finally {
      await handle.close();
    }
    if (!follow || signal.aborted) return;
    // It was replaced: the new one is read from its start, as soon as it exists.
    while (!signal.aborted && !(await exists(file))) await somethingHappens(file, signal);
    if (signal.aborted) return;
  }
}

async function* linesOf(handle: FileHandle, { file, follow, signal }: LineSource): AsyncGenerator<string> {
  const buffer = Buffer.alloc(CHUNK);
  let text = new Text();
  let at = 0;
  while (!signal.aborted) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, at);
    at += bytesRead;
    if (bytesRead > 0) yield* text.push(buffer.subarray(0, bytesRead));
    else if (!follow) return yield* text.end();
    else if (await isOther(handle, file)) return yield* text.end();
    else if ((await handle.stat()).size < at) [at, text] = [0, new Text()];
    else await somethingHappens(file, signal);
  }
}

/** Splits chunks of bytes into lines; of one that is too long only the start, which no access log starts with. */
class Text {
  readonly #decoder = new StringDecoder('utf8');
  readonly #lines = new LineSplitter(LONGEST_LINE);

  push(bytes: Buffer): readonly string[] {
    return this.#lines.push(this.#decoder.write(bytes)).map(({ text }) => text);
  }

  end(): readonly string[] {
    return this.#lines.end().map(({ text }) => text);
  }
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Renamed by a rotation, with or without a new file. */
const isOther = async (handle: FileHandle, file: string): Promise<boolean> => {
  const [mine, theirs] = await Promise.all([handle.stat(), stat(file).catch(() => undefined)]);
  return theirs !== undefined && mine.ino !== theirs.ino;
};

const somethingHappens = (file: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      watcher?.close();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, LOOK_EVERY_MS);
    const watcher = watched(file, done);
    signal.addEventListener('abort', done);
  });

const watched = (file: string, onChange: () => void): { close(): void } | undefined => {
  try {
    return watch(file, onChange).on('error', onChange);
  } catch {
    return undefined;
  }
};
