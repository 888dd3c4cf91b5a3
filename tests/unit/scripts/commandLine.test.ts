import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  CommandError,
  FileError,
  parseOptions,
  runCommand,
  UsageError,
} from '../../../scripts/commandLine.mjs';

let errors: string;
let output: string;

beforeEach(() => {
  errors = '';
  output = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs a command that ends so, and answers its exit code. */
async function codeOf(run: () => Promise<number | undefined>, name = 'list'): Promise<unknown> {
  await runCommand({ usage: 'USAGE', parse: () => ({ name }), run });
  return process.exitCode;
}

describe('a command for operators', () => {
  it('ends with 0 when it is done, and with its own code otherwise', async () => {
    expect(await codeOf(() => Promise.resolve(undefined))).toBe(0);
    expect(await codeOf(() => Promise.resolve(1))).toBe(1);
  });

  it.each([
    ['a wrong command line', new UsageError('Wrong.'), 2, 'Wrong.\n\nUSAGE'],
    ['a file that cannot be read', new FileError('No file.'), 2, 'No file.\n'],
    ['a hub that refuses', new CommandError('Refused.'), 3, 'Refused.\n'],
  ])('says what to do after %s, without a stack', async (_name, error, code, text) => {
    expect(await codeOf(() => Promise.reject(error))).toBe(code);
    expect(errors).toBe(text);
  });

  it('prints the usage after an option that it does not know', async () => {
    const parse = (args: string[]) => {
      parseOptions([...args, '--what'], {});
      return { name: 'list' };
    };
    await runCommand({ usage: 'USAGE', parse, run: () => Promise.resolve() });
    expect(process.exitCode).toBe(2);
    expect(errors).toContain('USAGE');
  });

  it('throws what is a fault of the program', async () => {
    await expect(codeOf(() => Promise.reject(new TypeError('fault')))).rejects.toThrow('fault');
  });

  it('prints its usage when it is asked for help', async () => {
    const run = vi.fn(() => Promise.resolve(undefined));
    expect(await codeOf(run, 'help')).toBe(0);
    expect(output).toBe('USAGE');
    expect(run).not.toHaveBeenCalled();
  });
});
