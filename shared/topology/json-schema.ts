import { z } from 'zod';
import { topologySchema } from './topology.ts';

/** For editors: names, values and what they mean, as one types. */
export const topologyJsonSchema = (): string => {
  const schema = z.toJSONSchema(topologySchema, { io: 'input', target: 'draft-7' });
  const text = JSON.stringify({ ...schema, title: 'A topology of mooring' }, null, 2);
  // A list of words reads better, and is formatted, on one line.
  return `${text.replace(/\[\s+("[\w.-]+"(?:,\s+"[\w.-]+")*)\s+\]/g, (_, words: string) => `[${words.replace(/\s+/g, ' ')}]`)}\n`;
};
