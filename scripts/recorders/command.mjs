import { parseOptions, UsageError } from '../commandLine.mjs';
import { hubOptions, hubTarget, hubUsage } from '../hubRequest.mjs';

const options = { ...hubOptions, help: /** @type {{ type: 'boolean' }} */ ({ type: 'boolean' }) };

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run recorders -- add RECORDER_ID NAME
       npm run recorders -- list
       npm run recorders -- remove RECORDER_ID

A recorder registers by GB/T 28181 with its id of 20 digits. Its password is printed once, when it is added; adding it again gives it a new one.
Each channel is listed with the address under which it is a camera in the registry.

${hubUsage}

Exit code: 0 done, 2 wrong usage, 3 the hub does not answer or refuses.
`;

/** How many words each command takes. */
const words = { add: 2, list: 0, remove: 1 };

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ name: 'help' } | { name: 'add' | 'list' | 'remove', subjects: string[], hub: string, key: string | undefined }}
 */
export function parseCommand(args, environment) {
  const { values, positionals } = parseOptions(args, options);
  const [name, ...subjects] = positionals;
  if (values.help === true || name === 'help') return { name: 'help' };
  const target = hubTarget(values, environment);
  if (name === undefined) throw new UsageError('Name a command: add, list or remove.');
  if (name !== 'add' && name !== 'list' && name !== 'remove') {
    throw new UsageError(`There is no command "${name}"; the commands are add, list and remove.`);
  }
  if (subjects.length !== words[name]) {
    throw new UsageError(
      `${name} takes ${words[name]} words, not ${subjects.length}; put a name of several words in quotes.`,
    );
  }
  return { name, subjects, ...target };
}
