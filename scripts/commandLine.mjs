// What the commands for operators share: how they end, and what they print when something is wrong.
import { parseArgs } from 'node:util';

/** The command line makes no sense; the usage is printed with it. */
export class UsageError extends Error {
  name = 'UsageError';
}

/** A file cannot be read or written; the usage would not help. It ends as a wrong command line does, because another start ends the same way. */
export class FileError extends Error {
  name = 'FileError';
}

/** What the command works on, such as the hub, does not answer or refuses. The message says what to do. */
export class CommandError extends Error {
  name = 'CommandError';
}

/** Exit codes that all commands share; 1 is the command's own "no", such as files that cannot be imported. */
export const exitCodes = { done: 0, no: 1, usage: 2, failed: 3 };

/**
 * Runs one command and sets the exit code of the process. `run` answers with an exit code, or with nothing when it is done.
 * @template {{ name: string }} Command
 * @param {{ usage: string, parse: (args: string[], environment: NodeJS.ProcessEnv) => Command, run: (command: Exclude<Command, { name: 'help' }>) => Promise<number | void> }} options
 */
export async function runCommand({ usage, parse, run }) {
  try {
    const command = parse(process.argv.slice(2), process.env);
    if (command.name === 'help') {
      process.stdout.write(usage);
      process.exitCode = exitCodes.done;
    } else {
      process.exitCode =
        (await run(/** @type {Exclude<Command, { name: 'help' }>} */ (command))) ?? exitCodes.done;
    }
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${usage}`);
      process.exitCode = exitCodes.usage;
    } else if (error instanceof FileError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = exitCodes.usage;
    } else if (error instanceof CommandError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = exitCodes.failed;
    } else {
      throw error;
    }
  }
}

/**
 * As `parseArgs` of Node, with words beside options; what it refuses is a UsageError.
 * @template {import('node:util').ParseArgsOptionsConfig} Options
 * @param {string[]} args
 * @param {Options} options
 */
export function parseOptions(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
