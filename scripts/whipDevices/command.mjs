import { parseOptions, UsageError } from '../commandLine.mjs';
import { hubOptions, hubTarget, hubUsage } from '../hubRequest.mjs';

const options = { ...hubOptions, help: /** @type {{ type: 'boolean' }} */ ({ type: 'boolean' }) };

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run whip:devices -- make MEMBER_ID NAME
       npm run whip:devices -- list
       npm run whip:devices -- remove DEVICE_ID

A device is a recorder or an encoder that sends a squad member's body cam by WHIP. Its token is printed once, when the device is made.

${hubUsage}

Exit code: 0 done, 2 wrong usage, 3 the hub does not answer or refuses.
`;

/** How many words each command takes. */
const words = { make: 2, list: 0, remove: 1 };

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ name: 'help' } | { name: 'make' | 'list' | 'remove', subjects: string[], hub: string, key: string | undefined }}
 */
export function parseCommand(args, environment) {
  const { values, positionals } = parseOptions(args, options);
  const [name, ...subjects] = positionals;
  if (values.help === true || name === 'help') return { name: 'help' };
  const target = hubTarget(values, environment);
  if (name === undefined) throw new UsageError('Name a command: make, list or remove.');
  if (name !== 'make' && name !== 'list' && name !== 'remove') {
    throw new UsageError(`There is no command "${name}"; the commands are make, list and remove.`);
  }
  if (subjects.length !== words[name]) {
    throw new UsageError(
      `${name} takes ${words[name]} words, not ${subjects.length}; put a name of several words in quotes.`,
    );
  }
  return { name, subjects, ...target };
}
