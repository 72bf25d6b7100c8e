import { z } from 'zod';
import { topologySchema } from './topology.ts';

/** For editors: names, values and their meaning while typing. */
export const topologyJsonSchema = (): string => {
  const schema = z.toJSONSchema(topologySchema, { io: 'input', target: 'draft-7' });
  const text = JSON.stringify({ ...schema, title: 'A topology of mooring' }, null, 2);
  // A list of words is easier to read on one line, as the formatter has it.
  return `${text.replace(/\[\s+("[\w.-]+"(?:,\s+"[\w.-]+")*)\s+\]/g, (_, words: string) => `[${words.replace(/\s+/g, ' ')}]`)}\n`;
};
