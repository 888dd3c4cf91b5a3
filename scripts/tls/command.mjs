import { dataDirOf, dataDirUsage } from '../accounts/dataDir.mjs';
import { parseOptions, UsageError } from '../commandLine.mjs';

const options = {
  help: /** @type {{ type: 'boolean' }} */ ({ type: 'boolean' }),
  demo: /** @type {{ type: 'boolean' }} */ ({ type: 'boolean' }),
  data: /** @type {{ type: 'string' }} */ ({ type: 'string' }),
};

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run tls -- status
       npm run tls -- rotate
       npm run tls -- next
       npm run tls -- finish

"status" prints the fingerprint of the authority that phones trust, and the connection code with which a wall's machine finds and
recognises this server: it is no secret and lets nobody in. "rotate" makes a new certificate with a new key for the
server; phones notice nothing. The authority is replaced in two steps: "next" makes the new one, which phones install from /trust
while the old one goes on; "finish" takes the new one into use. A phone that did not install it cannot open the hub after that.

The command works on the hub that runs on this machine as this user, over the socket hub.sock in the hub's data folder. Keys are in
the folder tls there, which no backup of "npm run backup" contains.
${dataDirUsage}

Exit code: 0 done, 2 wrong usage, 3 the hub does not answer or refuses.
`;

const actions = ['status', 'rotate', 'next', 'finish'];

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ name: 'help' } | { name: 'tls', action: string, dataDir: string }}
 */
export function parseCommand(args, environment) {
  const { values, positionals } = parseOptions(args, options);
  const [action, ...rest] = positionals;
  if (values.help === true || action === 'help') return { name: 'help' };
  if (action === undefined || !actions.includes(action) || rest.length > 0) {
    throw new UsageError(`Name one command: ${actions.join(', ')}.`);
  }
  return { name: 'tls', action, dataDir: dataDirOf(values, environment) };
}
