import { brief } from '../../node/sessions/session-table.ts';
import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { parseSessionId } from '../../shared/registry/session-id.ts';
import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import { paintWith } from '../cli/paint.ts';
import type { Terminal } from '../cli/terminal.ts';
import { wholeNumber } from '../cli/whole-number.ts';
import { type Deployment, deploymentOf, readDeployment } from '../deployment/deployment.ts';
import { openRegistry } from '../deployment/open-registry.ts';
import { type StrayMark, strayMarks } from '../deployment/stray-marks.ts';
import { historyText } from './history-text.ts';
import { countsText, listingText } from './listing-text.ts';
import { askBoot, askLoad, type NodeLoad } from './node-load.ts';
import { findSessions, historyOf, ownerIn } from './session-history.ts';
import { claimed, type Snapshot, takeOne, takeSnapshot } from './snapshot.ts';
import { watchSessions } from './watch.ts';

const usage = `Usage: npm run sessions -- [--redis URL] [--topology FILE] [--watch] [--most N]
       npm run sessions -- why ID [--redis URL]

Lists the live sessions by node, from the registry: age, client, and sessions whose process is gone. Ids are shortened,
because anyone who knows one can use the session.

  why ID        the history of one session: its client, whether its node is alive, what the client gets, what to do;
                the start of an id is enough
  --watch       keep running until Ctrl-C: refreshes in a terminal, else prints a line per change
  --most N      show at most so many sessions per node (20)
  --redis URL   the registry (the topology's, else REDIS_URL)
  --topology FILE   also lists nodes that are draining although the file says that they are active
  --json        one JSON object; with --watch one per change
  --help        this text

Examples:
  npm run sessions -- --redis redis://127.0.0.1:6379
  npm run sessions -- why n2.1b4e28ba

Exits with 0 when every session is live, 1 when some are lost, when a drain contradicts the file, when two processes have
one name, when the session asked for is not live or the registry is not available, 2 for wrong usage.`;

const OPTIONS = {
  redis: { type: 'string' },
  topology: { type: 'string' },
  watch: { type: 'boolean', default: false },
  most: { type: 'string', default: '20' },
} satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'lists the live sessions, and the history of one',
  usage,
  options: OPTIONS,
  positionals: true,
  run: async ({ values, positionals: [verb, id, ...more], terminal }) => {
    if (verb !== undefined && verb !== 'why')
      throw new Misuse(`sessions has no action ${JSON.stringify(verb)}, only why`);
    if ((verb === 'why') !== (id !== undefined) || more.length > 0) throw new Misuse('why takes one session id');
    const most = wholeNumber('--most', values.most, { least: 0 });
    const deployment = values.topology === undefined ? undefined : deploymentOf({ topology: values.topology });
    const topology = deployment && (await readDeployment(deployment));
    const view = await openRegistry({ redis: values.redis, topology, env: terminal.env });
    if (view === undefined) throw new Misuse('which registry? Set --redis or REDIS_URL (npm run dev prints its own)');
    try {
      return await run({ id, most, values, view, deployment, terminal });
    } finally {
      await view.quit();
    }
  },
});

type Call = {
  readonly id: string | undefined;
  readonly most: number;
  readonly values: Values;
  readonly view: RegistryView;
  readonly deployment: Deployment | undefined;
  readonly terminal: Terminal;
};

const run = async (call: Call): Promise<ExitCode> => {
  const { id, values, view, terminal } = call;
  const look = (): ReturnType<typeof takeSnapshot> => takeSnapshot(view);
  if (values.watch) {
    await watchSessions({ look, terminal, json: values.json, draw: (snapshot) => draw(snapshot, call) });
    return 0;
  }
  const snapshot = await (id === undefined ? look() : lookFor(id, view));
  if ('away' in snapshot) {
    terminal.complain(`${snapshot.away}\n  help: is it running there? --redis selects another one`);
    return 1;
  }
  return id === undefined ? list(snapshot, call) : why(id, snapshot, call);
};

/** A partial id is searched for among at most this many sessions. */
const MAX_SEARCHED = 200_000;

/** A whole id is looked up; a partial one must be searched for among all. */
const lookFor = async (id: string, view: RegistryView): ReturnType<typeof takeSnapshot> => {
  const whole = parseSessionId(id);
  const one = whole === null ? undefined : await takeOne(view, whole);
  return one === undefined || ('nodes' in one && one.sessions.length === 0) ? takeSnapshot(view, MAX_SEARCHED) : one;
};

const loadsOf = async ({ nodes }: Snapshot): Promise<ReadonlyMap<string, NodeLoad | undefined>> =>
  new Map(await Promise.all(nodes.map(async ({ url }) => [url, await askLoad(url)] as const)));

/** The file is read again: with --watch it may have changed. */
const straysOf = async ({ view, deployment }: Call): Promise<readonly StrayMark[]> =>
  deployment ? strayMarks({ topology: await readDeployment(deployment), deployment, view }) : [];

const draw = async (snapshot: Snapshot, call: Call, strays?: readonly StrayMark[]): Promise<string> => {
  const listing = { snapshot, loads: await loadsOf(snapshot), now: Date.now(), most: call.most };
  return listingText({ ...listing, strays: strays ?? (await straysOf(call)) }, paintWith(call.terminal.color));
};

const list = async (snapshot: Snapshot, call: Call): Promise<ExitCode> => {
  const { values, terminal } = call;
  const strays = await straysOf(call);
  if (values.json) terminal.print(JSON.stringify({ ...(await listingJson(snapshot)), strays }));
  else terminal.print(await draw(snapshot, call, strays));
  return strays.length > 0 ||
    claimed(snapshot).length > 0 ||
    snapshot.sessions.some(({ presence }) => presence !== 'live')
    ? 1
    : 0;
};

const listingJson = async (snapshot: Snapshot): Promise<object> => {
  const loads = await loadsOf(snapshot);
  return {
    event: 'sessions',
    summary: countsText(snapshot),
    complete: snapshot.complete,
    claimed: claimed(snapshot),
    nodes: snapshot.nodes.map((node) => ({ ...node, load: loads.get(node.url) ?? null })),
    sessions: snapshot.sessions.map(({ id, kind, node, client, created, presence }) => ({
      id: brief(id),
      kind: kind ?? 'session',
      node,
      client,
      created: new Date(created).toISOString(),
      state: presence,
    })),
  };
};

const why = async (id: string, snapshot: Snapshot, { values, terminal }: Call): Promise<ExitCode> => {
  const found = findSessions(snapshot, id);
  if (found.length > 1) {
    terminal.complain(
      `${found.length} sessions begin with ${id}: ${found
        .slice(0, 5)
        .map((one) => brief(one.id))
        .join(', ')}${found.length > 5 ? ', …' : ''}\n  help: write more of the id`,
    );
    return 2;
  }
  const owner = found[0] && ownerIn(snapshot, found[0]);
  const boot = owner === undefined ? undefined : await askBoot(owner.url);
  const history = historyOf({ id, snapshot, boot });
  if (values.json)
    terminal.print(
      JSON.stringify({
        event: 'story',
        ...history,
        session: history.session && { ...history.session, id: brief(history.session.id) },
      }),
    );
  else terminal.print(historyText(id, history, paintWith(terminal.color)));
  return history.state === 'live' ? 0 : 1;
};
