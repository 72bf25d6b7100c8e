import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Area, Case, Lab } from '../case.ts';
import type { DifferenceId } from '../differences.ts';
import type { JsonObject } from '../subject.ts';
import { pool, prefix, sticky } from './parts.ts';

const check = { path: '/healthz', interval: '10s', timeout: '100ms' };

/** The area's file with one more route, to make a change visible. */
const withExtra = (lab: Lab): JsonObject => {
  const whole = lab.dynamic() as { http: { routers: JsonObject } };
  return lab.dynamic({ routers: { ...whole.http.routers, extra: { rule: 'PathPrefix(`/extra`)', service: 'fcA' } } });
};

/** Writes the text and waits until the log mentions it; if the log never does, for as long as a reload takes. */
const put = async (lab: Lab, write: () => void): Promise<void> => {
  const since = lab.subject.log.length;
  write();
  await lab.subject.waitForLog(/\n/, since, 700);
};

type Bad = { readonly name: string; readonly text: (lab: Lab) => string } & (
  | { readonly keeps: true }
  | { readonly both: State }
  | { readonly differs: DifferenceId; readonly traefik: State }
);

type State = { readonly old: number; readonly extra: number };
const yes: State = { old: 200, extra: 404 };
const bad: readonly Bad[] = [
  { name: 'not YAML', text: () => 'http: [broken', keeps: true },
  { name: 'half a file', text: (lab) => JSON.stringify(withExtra(lab)).slice(0, -40), keeps: true },
  {
    name: 'an unknown key at the top',
    text: (lab) => JSON.stringify({ ...withExtra(lab), nonsense: 1 }),
    differs: 'unknown-top-key',
    traefik: { old: 200, extra: 200 },
  },
  {
    name: 'an unknown key deep inside',
    text: (lab) => JSON.stringify(withExtra(lab)).replace('"rule"', '"rulle"'),
    keeps: true,
  },
  { name: 'a key twice', text: (lab) => `${JSON.stringify(withExtra(lab)).slice(0, -1)}, "http": {}}`, keeps: true },
  {
    name: 'a number where a list belongs',
    text: (lab) => JSON.stringify(withExtra(lab)).replace('"entryPoints":[', '"priority":"x","entryPoints":['),
    keeps: true,
  },
  { name: 'a template that fails', text: (lab) => `# {{ nope }}\n${JSON.stringify(withExtra(lab))}`, keeps: true },
  { name: 'a list instead of a file', text: () => '- 1\n- 2\n', keeps: true },
  { name: 'nothing', text: () => '', differs: 'empty-file', traefik: { old: 404, extra: 404 } },
  { name: 'only a comment', text: () => '# nothing\n', differs: 'empty-file', traefik: { old: 404, extra: 404 } },
  {
    name: 'a server URL without a scheme',
    text: (lab) => JSON.stringify(withExtra(lab)).replace(lab.fill('"{a}"'), '"127.0.0.1:9"'),
    differs: 'bad-part',
    traefik: { old: 404, extra: 404 },
  },
  {
    name: 'a router without its service',
    text: (lab) => JSON.stringify(withExtra(lab)).replace('"service":"fcA"', '"service":"nosuch"'),
    both: { old: 404, extra: 200 },
  },
  {
    name: 'a router with an empty rule',
    text: (lab) => JSON.stringify(withExtra(lab)).replace('"PathPrefix(`/old`)"', '""'),
    both: { old: 404, extra: 200 },
  },
  {
    name: 'a router with an empty service',
    text: (lab) => JSON.stringify(withExtra(lab)).replace('"service":"fcA"', '"service":""'),
    both: { old: 404, extra: 200 },
  },
];

const state = async (lab: Lab) => ({
  old: (await lab.send({ path: '/old' })).status,
  extra: (await lab.send({ path: '/extra' })).status,
});

const wantedOf = (one: Bad, kind: Lab['kind']): State => {
  if ('both' in one) return one.both;
  return 'keeps' in one || kind === 'router' ? yes : one.traefik;
};

const refusals = bad.map((one): Case => {
  const play = async (lab: Lab) => {
    // The files that were refused before must have changed nothing.
    if (!isDeepStrictEqual(await state(lab), yes)) await lab.subject.reload(lab.dynamic());
    await put(lab, () => lab.subject.replaceFile(one.text(lab)));
    const wanted = wantedOf(one, lab.kind);
    // A change may be applied a moment later.
    for (let i = 0; i < 40 && JSON.stringify(await state(lab)) !== JSON.stringify(wanted); i++) await setTimeout(25);
    return state(lab);
  };
  const name = `${one.name} in the place of the file`;
  if (!('differs' in one)) return { name, play, expect: wantedOf(one, 'traefik') };
  return { name, play, differs: { id: one.differs, traefik: one.traefik, router: yes } };
});

/** Sends requests without a pause while something happens; returns all statuses. */
const askDuring = async (lab: Lab, path: string, during: () => Promise<void>): Promise<number[]> => {
  let over = false;
  const statuses = new Set<number>();
  const asking = (async () => {
    while (!over) statuses.add((await lab.send({ path })).status ?? 0);
  })();
  await during();
  over = true;
  await asking;
  return [...statuses].sort();
};

export const fileChanges: Area = {
  name: 'file-changes',
  alone: { strict: true },
  origins: ['a', 'b'],
  http: {
    routers: { fcOld: prefix('/old', 'fcA'), fcPin: prefix('/pin', 'fcPin'), fcCheck: prefix('/check', 'fcCheck') },
    services: {
      fcA: pool('a'),
      fcPin: pool('a b', sticky({ name: 'k' })),
      fcCheck: pool('a b', { healthCheck: check, ...sticky({ name: 'k' }) }),
    },
  },
  cases: [
    ...refusals,
    {
      name: 'a change is applied',
      play: async (lab) => {
        await lab.subject.reload(withExtra(lab));
        const added = await state(lab);
        await lab.subject.reload(lab.dynamic());
        return [added.extra, (await state(lab)).extra];
      },
      expect: [200, 404],
    },
    {
      name: 'a file that is deleted stays in force; it is read when it is back',
      play: async (lab) => {
        await lab.subject.reload(lab.dynamic());
        await put(lab, () => rmSync(lab.subject.dynamicFile));
        const without = await state(lab);
        await lab.subject.reload(withExtra(lab));
        return [without.old, (await state(lab)).extra];
      },
      expect: [200, 200],
    },
    {
      name: 'ten changes in a row fail no request',
      play: (lab) =>
        askDuring(lab, '/old', async () => {
          for (let i = 0; i < 10; i++) await lab.subject.reload(i % 2 ? lab.dynamic() : withExtra(lab));
        }),
      expect: [200],
    },
    {
      name: 'a file written in two parts',
      play: async (lab) => {
        const { text, marker } = lab.subject.marked(withExtra(lab));
        const statuses = await askDuring(lab, '/old', async () => {
          await put(lab, () => writeFileSync(lab.subject.dynamicFile, text.slice(0, text.length / 2)));
          await setTimeout(200);
          writeFileSync(lab.subject.dynamicFile, text);
          await lab.subject.answersMarker(marker);
        });
        // Traefik may or may not read the file while it is empty.
        return statuses.join();
      },
      differs: { id: 'two-part-write', traefik: /^200(,404)?$/, router: '200' },
    },
    {
      name: 'an added server takes part, pinned clients stay',
      play: async (lab) => {
        const services = (servers: string) => ({
          fcA: pool('a'),
          fcPin: pool(servers, sticky({ name: 'k' })),
          fcCheck: pool('a'),
        });
        await lab.subject.reload(lab.dynamic({ services: services('a') }));
        const first = (await lab.send({ path: '/pin' })).by;
        await lab.subject.reload(lab.dynamic({ services: services('a b') }));
        const pinned = await lab.send({ path: '/pin', headers: { Cookie: 'k={a.hash}' } });
        const share = new Set(await lab.repeat(4, { path: '/pin' }));
        await lab.subject.reload(lab.dynamic({ services: services('b') }));
        const moved = await lab.send({ path: '/pin', headers: { Cookie: 'k={a.hash}' } });
        return {
          first,
          pinned: [pinned.by, pinned.cookies.length],
          share: share.size,
          moved: [moved.by, moved.cookies[0]],
        };
      },
      expect: { first: 'a', pinned: ['a', 0], share: 2, moved: ['b', 'k={b.hash}; Path=/'] },
    },
    {
      name: 'a stream continues when a change removes its server',
      play: async (lab) => {
        await lab.subject.reload(lab.dynamic());
        const connection = await lab.connect();
        await connection.write('GET /old?mode=events HTTP/1.1\r\nHost: l\r\n\r\n');
        await connection.until((text) => text.includes('data:'));
        await lab.subject.reload(lab.dynamic({ services: { fcA: pool('b'), fcPin: pool('b'), fcCheck: pool('b') } }));
        const before = connection.soFar().answers[0]?.body.length ?? 0;
        const goesOn = await connection.until((text) => text.length > before + 200);
        connection.close();
        return [goesOn, (await lab.send({ path: '/old' })).by];
      },
      expect: [true, 'b'],
    },
    {
      name: 'the health of a server, across a change',
      play: async (lab) => {
        await lab.subject.reload(lab.dynamic());
        const fast = { ...check, interval: '50ms' };
        const services = {
          fcA: pool('a'),
          fcPin: pool('a b'),
          fcCheck: pool('a b', { healthCheck: fast, ...sticky({ name: 'k' }) }),
        };
        lab.origin('b').health = 500;
        await lab.subject.reload(lab.dynamic({ services }));
        const pinned = { path: '/check', headers: { Cookie: 'k={b.hash}' } };
        for (let i = 0; i < 100 && (await lab.send(pinned)).by === 'b'; i++) await setTimeout(20);
        const routers = (withExtra(lab) as { http: { routers: JsonObject } }).http.routers;
        // An unanswered probe changes nothing yet, so this shows what was kept.
        lab.origin('b').health = 'never';
        await lab.subject.reload(lab.dynamic({ services, routers }));
        let { by } = await lab.send(pinned);
        for (let i = 0; i < 50 && by === undefined; i++) by = (await lab.send(pinned)).by;
        lab.origin('b').health = 200;
        return by;
      },
      differs: { id: 'health-over-reload', traefik: 'b', router: 'a' },
    },
    {
      name: 'the file is replaced by a directory, and comes back',
      play: async (lab) => {
        await lab.subject.reload(lab.dynamic());
        const { dynamicFile } = lab.subject;
        await put(lab, () => renameSync(dynamicFile, `${dynamicFile}.old`));
        const without = (await state(lab)).old;
        renameSync(`${dynamicFile}.old`, dynamicFile);
        await lab.subject.reload(withExtra(lab));
        return [without, (await state(lab)).extra];
      },
      expect: [200, 200],
    },
  ],
};
