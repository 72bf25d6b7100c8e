/** However a text is cut on its way, the same comes of it. */
import assert from 'node:assert/strict';
import { byteString } from '../../../router/core/request/byte-string.ts';
import { LineSplitter } from '../../../shared/lines.ts';
import { RequestParser } from '../../../shared/registry/embedded/request-parser.ts';
import { EventReader } from '../../doctor/event-reader.ts';

const inPieces = <T>(text: string, size: number, push: (piece: string) => readonly T[]): readonly T[] => {
  const all: T[] = [];
  for (let at = 0; at < text.length; at += size) all.push(...push(text.slice(at, at + size)));
  return all;
};
/** However a text is cut on its way, the same comes of it. */
const sameInPieces = <T>(text: string, reader: () => (piece: string) => readonly T[]): void => {
  const whole = inPieces(text, text.length || 1, reader());
  for (const size of [1, 7]) assert.deepEqual(inPieces(text, size, reader()), whole, `in pieces of ${size}`);
};

export const respond = (text: string): void => {
  const bytes = byteString(text);
  sameInPieces(bytes, () => {
    const parser = new RequestParser();
    return (piece) => parser.push(Buffer.from(piece, 'latin1')).requests;
  });
  const words = bytes.split(' ');
  const encoded = `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
  assert.deepEqual(new RequestParser().push(Buffer.from(encoded, 'latin1')), { kind: 'requests', requests: [words] });
};

export const events = (text: string): void =>
  sameInPieces(text, () => {
    const reader = new EventReader();
    return (piece) => reader.push(piece);
  });
export const lines = (text: string): void => {
  for (const longest of [16, 1_000])
    sameInPieces(text, () => {
      const splitter = new LineSplitter(longest);
      return (piece) => splitter.push(piece);
    });
};
