import { parseArgs } from 'node:util';

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run whip:devices -- make MEMBER_ID NAME
       npm run whip:devices -- list
       npm run whip:devices -- remove DEVICE_ID

A device is a recorder or an encoder that sends a squad member's body cam by WHIP. Its token is shown once, when it is made.

--hub URL   the hub, else http://127.0.0.1:7400
--key KEY   the key of the hub's access link, else MINGCHU_ACCESS_KEY; not needed on the hub's own machine

Exit code: 0 done, 2 wrong usage, 3 the hub does not answer or refuses.
`;

/** The command line makes no sense. */
export class UsageError extends Error {
  name = 'UsageError';
}

/** How many words each command takes. */
const words = { make: 2, list: 0, remove: 1 };

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ name: 'help' } | { name: 'make' | 'list' | 'remove', subjects: string[], hub: string, key: string | undefined }}
 */
export function parseCommand(args, environment) {
  const { values, positionals } = parse(args);
  const [name, ...subjects] = positionals;
  if (values.help === true || name === 'help') return { name: 'help' };
  const hub = values.hub ?? 'http://127.0.0.1:7400';
  if (!/^https?:\/\/[^/]/.test(hub)) throw new UsageError(`--hub must be an http:// URL, not "${hub}".`);
  if (name === undefined) throw new UsageError('Say what to do.');
  if (name !== 'make' && name !== 'list' && name !== 'remove') {
    throw new UsageError(`"${name}" is none of make, list and remove.`);
  }
  if (subjects.length !== words[name]) {
    throw new UsageError(
      `${name} takes ${words[name]} words, not ${subjects.length}; put a name of several in quotes.`,
    );
  }
  return { name, subjects, hub: new URL(hub).origin, key: values.key ?? environment.MINGCHU_ACCESS_KEY };
}

/** @param {string[]} args */
function parse(args) {
  /** @type {{ type: 'string' }} */
  const text = { type: 'string' };
  const options = { help: /** @type {{ type: 'boolean' }} */ ({ type: 'boolean' }), hub: text, key: text };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error.message);
  }
}
