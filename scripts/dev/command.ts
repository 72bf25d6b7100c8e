import { defineCommand } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import { control } from './control/command.ts';
import { OPTIONS, readOptions, strayOption } from './options.ts';
import { runDev } from './run.ts';

const usage = `Usage: npm run dev [-- options]               a cluster on this machine, until Ctrl-C
       npm run dev -- [options] -- COMMAND …   the same with your MCP server, in any language
       npm run dev -- ACTION [NODE] [--json]   controls the running one

Starts Redis, MCP nodes and the router in front of them. In a terminal it shows what happens and accepts keys (h lists
them). Without a terminal, in CI or with --json, each event is one line of JSON, with "ready" when everything is up.

COMMAND starts an MCP server over Streamable HTTP. It runs once per node, without a shell, and the node in front of it
adds its name to the session ids. {port} and {host} in the command are replaced by the address to listen on, and {node} by
the name of its node; in the environment they are PORT, HOST and MOORING_NODE. Until all servers answer over HTTP,
"waiting" shows what they printed last. COMMAND ends with its whole process group, but processes that left it by setsid
stay. With --stdio those end too, unless they have cleared their environment and lost their parent.

  --nodes N           how many nodes (3)
  --affinity HOW      both, session-id or cookie (both)
  --redis URL         Redis for the registry (REDIS_URL; without either, one is started)
  --server FILE       your module, which exports createServer; the nodes restart when it changes
  --stdio             COMMAND speaks MCP on stdin and stdout: one process per session
  --env NAME[=VALUE]  passes a variable to it, besides PATH and HOME; may be repeated
  --path PATH         path of the MCP endpoint of COMMAND (/mcp)
  --era both          COMMAND supports protocol 2026-07-28 too (sessions: clients are told to open one)
  --https             as in production: TLS with a temporary certificate, and a Secure cookie
  --traefik           real Traefik, any 3.x (TRAEFIK_BIN or PATH), instead of the router
  --port PORT         port for clients (8080); if it is taken, the next free one
  --host ADDRESS      a loopback address (127.0.0.1); others are refused
  --topology FILE     nodes and entry points from this file, which is watched
  --json              one JSON object per line
  --help              this text

Actions: kill, stop, start, restart, freeze, thaw, drain, undrain NODE; nodes, sessions, explain, cut, demo,
         redis stop, redis start, dashboard, quit. With several clusters, --port selects one.

Examples:
  npm run dev -- --server src/my-server.ts --https
  npm run dev -- -- python server.py --port {port}
  npm run dev -- --traefik -- npx -y @modelcontextprotocol/server-everything streamableHttp
  npm run dev -- --stdio -- npx -y @modelcontextprotocol/server-everything
  npm run dev -- kill n2
  npm run dev -- sessions --json

Exits with 0 after Ctrl-C or quit (130 when asked twice), 1 when it cannot start or an action fails, 2 for wrong usage.`;

export const command = defineCommand({
  summary: 'runs nodes, Redis and the router on this machine',
  usage,
  options: OPTIONS,
  positionals: true,
  takesCommand: true,
  run: async ({ values, positionals: [action, ...args], server, terminal }) => {
    if (action === undefined) return runDev(readOptions(values, server), terminal);
    if (server !== undefined)
      throw new Misuse(`${action} controls a running cluster, and ${server[0]} would start one: use one of the two`);
    const stray = strayOption(values);
    if (stray !== undefined)
      throw new Misuse(`--${stray} is for starting a cluster; ${action} controls a running one (--port selects it)`);
    return control({ action, args, port: values.port, json: values.json }, terminal);
  },
});
