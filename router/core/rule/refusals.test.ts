/** Invalid rules are refused with Traefik's errors, all seen on Traefik 3.7.15, and with the position. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { exampleRequest } from '../service/test-examples.ts';
import { compileRule } from './compile.ts';

const check = (step: 'parsing' | 'adding', rule: string, says: string, column: number): void => {
  const made = compileRule(rule);
  assert.ok('error' in made);
  assert.equal(made.error.message, `error while parsing rule ${rule}: ${step} rule ${rule}: ${says}`);
  assert.equal(made.error.column, column);
};

for (const [rule, says, column] of [
  ['', "1:1: expected operand, found 'EOF'", 1],
  ['()', "1:2: expected operand, found ')'", 2],
  ['!', "1:2: expected operand, found 'EOF'", 2],
  ['{}', "1:1: expected operand, found '{'", 1],
  ['Path(`/a`) &&', "1:14: expected operand, found 'EOF'", 14],
  ['Path(`/a`) || )', "1:15: expected operand, found ')'", 15],
  ['Path(`/a`) Path(`/b`)', "1:12: expected 'EOF', found Path", 12],
  ['Path(`/a`) .5', "1:12: expected 'EOF', found .5", 12],
  ['Path(`/a`))', "1:11: expected 'EOF', found ')'", 11],
  ['Path(`/a`) ; Path(`/b`)', "1:12: expected 'EOF', found ';'", 12],
  ['Path(`/a`) += 1', "1:12: expected 'EOF', found '+='", 12],
  ['Path(`/a`) <- Path(`/b`)', "1:12: expected 'EOF', found '<-'", 12],
  ['Path(`/é`) x', "1:13: expected 'EOF', found x", 12],
  ['\n Path(`/a`) x', "2:13: expected 'EOF', found x", 14],
  ['Path(`/a`)\n&& Path(`/b`)', "2:1: expected 'EOF', found '&&'", 12],
  ['Path(`/a`) // c\n&& Path(`/b`)', "2:1: expected 'EOF', found '&&'", 17],
  ['Path(`/a`) /* x\n */ && Path(`/b`)', "2:5: expected 'EOF', found '&&'", 21],
  ['(Path(`/a`)', "1:12: expected ')', found newline", 12],
  ['((Path(`/a`))', "1:14: expected ')', found newline", 14],
  ['(Path(`/a`) // c', "1:17: expected ')', found newline", 17],
  ['Path(', "1:6: expected ')', found 'EOF'", 6],
  ['Path(`/a`,', "1:11: expected ')', found 'EOF'", 11],
  ['Path(,)', "1:6: expected operand, found ','", 6],
  ['Path(/a)', "1:6: expected operand, found '/'", 6],
  ['Path(`/a`,,`/b`)', "1:11: expected operand, found ','", 11],
  ['Path(`/a`..., `/b`)', "1:15: expected ')', found `/b`", 15],
  ['Path(`/a` `/b`)', "1:11: missing ',' in argument list", 11],
  ['Path(`/a`', "1:10: missing ',' before newline in argument list", 10],
  ['Path(`/a`, `/b`', "1:16: missing ',' before newline in argument list", 16],
  ['Path(`/a`\n)', "1:10: missing ',' before newline in argument list", 10],
  ['Path(`/a` // c\n)', "1:15: missing ',' before newline in argument list", 15],
  ['Path(`/a` /* x\n */)', "1:15: missing ',' before newline in argument list", 15],
  ['Path', 'Path is not defined', 1],
  ['Foo || Path(`/a`)', 'Foo is not defined', 1],
  ['pAth(`/a`)', 'unsupported function: pAth', 1],
  ['Path(`/a`) && Foo(`/b`)', 'unsupported function: Foo', 15],
  ['Path(`/a`) + Path(`/b`)', '+ is not supported', 12],
  ['Path(`/a`) == Path(`/b`)', '== is not supported', 12],
  ['Path(`/a`) << 1', '<< is not supported', 12],
  ['Path(`/a`) &^ Path(`/b`)', '&^ is not supported', 12],
  ['Path(`/a`) || Path(`/b`) | Path(`/c`)', '| is not supported', 26],
  ['Path(`/a)', '1:6: raw string literal not terminated', 6],
  ['Path("/a)', '1:6: string literal not terminated', 6],
  ['/* x', '1:1: comment not terminated', 1],
  ['Path(`/a`) #', "1:12: illegal character U+0023 '#'", 12],
  ['Path(`/a`) ?', "1:12: illegal character U+003F '?'", 12],
  ['Path(`/a`) # (', "1:12: illegal character U+0023 '#'", 12],
  ['€', "1:1: illegal character U+20AC '€'", 1],
  ['Path(`/a`) \x01', '1:12: illegal character U+0001', 12],
  ['Path("/a\\q")', '1:10: unknown escape sequence', 10],
  ['Path("/é\\q")', '1:11: unknown escape sequence', 10],
  ['Path("/\\ud800")', '1:9: escape sequence is invalid Unicode code point', 9],
  ['Path("/\\udfff")', '1:9: escape sequence is invalid Unicode code point', 9],
  ['Path("/\\U00110000")', '1:9: escape sequence is invalid Unicode code point', 9],
  ['Path("/\\400")', '1:9: escape sequence is invalid Unicode code point', 9],
] as const)
  test(`${JSON.stringify(rule)} does not parse: ${says}`, () => check('parsing', rule, says, column));

// Traefik refuses these too, with other errors that mention parts of Go.
for (const [rule, says, column] of [
  ['Path(a)', 'a is not a text in backquotes or double quotes', 6],
  ['Path\n(`/a`)', 'Path is not defined', 1],
  ['Path("/a\n", "b")', '1:6: string literal not terminated', 6],
  ['Path(1)', '1 is not a text in backquotes or double quotes', 6],
  ["Path('/a')", '1:6: illegal rune literal', 6],
] as const)
  test(`${JSON.stringify(rule)} is refused: ${says}`, () => check('parsing', rule, says, column));

const NO_SLASH = `error while adding rule Path: path "a" does not start with a '/'`;
const missing = (matcher: string, place: string): string =>
  `error while adding rule ${matcher}: compiling ${place} matcher: error parsing regexp: missing closing ): \`(\``;
const foreign = (matcher: string): string =>
  `error while adding rule ${matcher}: invalid value "é" for ${matcher} matcher, non-ASCII characters are not allowed`;

for (const [rule, says, column] of [
  ['Path(`a`)', NO_SLASH, 1],
  ['PathPrefix(`a`)', `error while adding rule PathPrefix: path "a" does not start with a '/'`, 1],
  ['Path(`/b`) || Path(`a`)', NO_SLASH, 15],
  ['Path(`a`) && Path(`/b`) && Path(`/c`)', `error while adding rule and: error while adding rule and: ${NO_SLASH}`, 1],
  ['Path(`/b`) && Path(`a`) && Path(`/c`)', `error while adding rule and: ${NO_SLASH}`, 15],
  ['Path(`/b`) && Path(`/c`) && Path(`a`)', NO_SLASH, 29],
  ['Path(`a`) || Path(`/b`)', `error while adding rule or: ${NO_SLASH}`, 1],
  ['path()', 'error while checking rule Path: no args for matcher Path', 1],
  ['Path(``)', 'error while checking rule Path: empty args for matcher Path, []', 1],
  ['Header(`a`, ``)', 'error while checking rule Header: empty args for matcher Header, [a ]', 1],
  [
    'Query(`a`, `b`, `c`)',
    'error while adding rule Query: unexpected number of parameters; got 3, expected one of [1 2]',
    1,
  ],
  ['Method(`GET`) && HeaderRegexp(`X`, `(`)', missing('HeaderRegexp', 'HeaderRegexp'), 18],
  ['HostRegexp(`(`)', missing('HostRegexp', 'HostRegexp'), 1],
  ['PathRegexp(`(`)', missing('PathRegexp', 'PathPrefix'), 1],
  ['QueryRegexp(`a`, `(`)', missing('QueryRegexp', 'QueryRegexp'), 1],
  ['Host(`é`)', foreign('Host'), 1],
  ['HostRegexp(`é`)', foreign('HostRegexp'), 1],
  [
    'ClientIP(`x`)',
    'error while adding rule ClientIP: initializing IP checker for ClientIP matcher: parsing CIDR trusted IPs <nil>: invalid CIDR address: x',
    1,
  ],
] as const)
  test(`${JSON.stringify(rule)} cannot be built: ${says}`, () => check('adding', rule, says, column));

test('a rule that is nested too deeply is refused, one with many parts is not', () => {
  const nested = (depth: number): string => `${'!'.repeat(depth)}Path(\`/a\`)`;
  assert.ok('rule' in compileRule(nested(500)));
  check('parsing', nested(501), '1:502: exceeded max nesting depth', 502);
  assert.ok('rule' in compileRule(Array(1000).fill('Path(`/a`)').join(' || ')));
});

for (const [written, path] of [
  ['"/\\x61\\141\\u0061\\U00000061"', '/aaaa'],
  ['"/\\a\\b\\f\\n\\r\\t\\v\\\\\\""', '/\x07\b\f\n\r\t\v\\"'],
  ['"/\\xc3\\xa9\\303\\251\\u00e9é"', '/éééé'],
  ['"/\\ud7ff\\ue000\\U0010ffff"', '/\ud7ff\ue000\u{10ffff}'],
  ['"/\\377"', '/\ufffd'],
  ['`/a\r\nb\\n`', '/a\nb\\n'],
] as const)
  test(`${JSON.stringify(written)} stands for ${JSON.stringify(path)}`, () => {
    const made = compileRule(`Path(${written})`);
    assert.ok('rule' in made);
    assert.equal(made.rule.matches({ ...exampleRequest(), routingPath: path }), true);
  });
