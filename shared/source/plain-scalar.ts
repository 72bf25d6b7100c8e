/**
 * Traefik's decoder first gives a plain scalar its YAML type (0x10 is the integer 16, 1.50 a float) and then prints
 * that value as text. So `port: 010` is port 8, and a header value of 1.5 is sent as 1.500000.
 */
export type ScalarType = 'string' | 'null' | 'bool' | 'int' | 'float' | 'timestamp';
export type ResolvedScalar = { readonly type: ScalarType; readonly text: string };

const WORDS: ReadonlyMap<string, ResolvedScalar> = new Map([
  ...words('null', 'null', ['', '~', 'null', 'Null', 'NULL']),
  ...words('bool', 'true', ['true', 'True', 'TRUE']),
  ...words('bool', 'false', ['false', 'False', 'FALSE']),
  ...words('float', 'NaN', ['.nan', '.NaN', '.NAN']),
  ...words('float', '+Inf', ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']),
  ...words('float', '-Inf', ['-.inf', '-.Inf', '-.INF']),
]);
const INTEGER = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o?[0-7]+|0|[1-9][0-9]*)$/i;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?$/i;
const TIMESTAMP = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d)?)?$/;
const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

function words(type: ScalarType, text: string, spellings: readonly string[]): [string, ResolvedScalar][] {
  return spellings.map((spelling) => [spelling, { type, text }]);
}

export const resolvePlainScalar = (source: string): ResolvedScalar => {
  const word = WORDS.get(source);
  if (word !== undefined) return word;
  if (TIMESTAMP.test(source)) return { type: 'timestamp', text: source };
  if (!/^[-+.0-9]/.test(source)) return { type: 'string', text: source };
  const digits = source.replaceAll('_', '');
  return integer(digits) ?? float(digits) ?? { type: 'string', text: source };
};

const integer = (source: string): ResolvedScalar | undefined => {
  const [, sign, digits] = INTEGER.exec(source) ?? [];
  if (digits === undefined) return undefined;
  // A leading zero alone means octal, as it does in Go.
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
  const value = sign === '-' ? -magnitude : magnitude;
  return value < MIN_INT || value > MAX_UINT ? undefined : { type: 'int', text: String(value) };
};

// Six decimal places; a fraction of zeros is dropped.
const float = (source: string): ResolvedScalar | undefined => {
  if (!FLOAT.test(source)) return undefined;
  const value = Number(source);
  if (!Number.isFinite(value)) return undefined;
  const text = Math.abs(value) < 1e21 ? value.toFixed(6).replace(/\.000000$/, '') : String(BigInt(value));
  return { type: 'float', text };
};
