import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { can, capabilities, roles } from '../../../../src-shared/session/roles.ts';

/** Every source file that may ask for a capability, but not the table itself. */
const sources = ['src-shared', 'src-sfu', 'src-renderer'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(join('session', 'roles.ts')))
    .map((path) => readFileSync(join(folder, path), 'utf8')),
);

describe('the table of capabilities', () => {
  it.each(capabilities)('%s is granted to some role', (capability) => {
    expect(roles.some((role) => can(role, capability))).toBe(true);
  });

  it.each(capabilities)('%s is asked for somewhere', (capability) => {
    expect(sources.some((text) => text.includes(`'${capability}'`))).toBe(true);
  });

  it('grants a stranger nothing', () => {
    expect(capabilities.filter((capability) => can('stranger', capability))).toEqual([]);
  });
});
