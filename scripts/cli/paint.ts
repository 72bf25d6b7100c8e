import { styleText } from 'node:util';

export type Paint = { readonly [role in 'strong' | 'faint' | 'good' | 'bad' | 'risky']: (text: string) => string } & {
  readonly name: (name: string, text?: string) => string;
};

type Style = Parameters<typeof styleText>[0];

const NAME_COLORS = [
  'cyan',
  'magenta',
  'yellow',
  'blue',
  'green',
  'cyanBright',
  'magentaBright',
  'blueBright',
] as const;

export const paintWith = (color: boolean): Paint => {
  const as = (style: Style) => (text: string) => (color ? styleText(style, text, { validateStream: false }) : text);
  return {
    strong: as('bold'),
    faint: as('dim'),
    good: as('green'),
    bad: as('red'),
    risky: as('yellow'),
    name: (name, text = name) => as(colorOf(name))(text),
  };
};

const colorOf = (name: string): Style => {
  const number = /^n(\d+)$/.exec(name)?.[1];
  const place = number === undefined ? [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) : +number - 1;
  return NAME_COLORS[place % NAME_COLORS.length]!;
};
