import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../../.ci/run', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mingchu-check-'));
const commands = join(folder, 'commands');

/** In the place of npm: writes down how it was started, prints in two steps, and ends with the code of its part. */
const npm = `#!/bin/sh
echo "$*" >>"${commands}"
echo "begin $*"
[ "$1" = test ] || sleep 0.05
echo "end $*"
[ "$1" = test ] && exit "$TESTS_CODE"
exit "$CHECK_CODE"
`;
writeFileSync(join(folder, 'npm'), npm, { mode: 0o755 });
afterAll(() => rmSync(folder, { recursive: true }));

function runWith(codes: { tests: number; check: number }): {
  code: number | null;
  lines: string[];
  started: string[];
} {
  rmSync(commands, { force: true });
  const { status, stdout } = spawnSync(script, {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${folder}:${process.env['PATH']}`,
      TESTS_CODE: String(codes.tests),
      CHECK_CODE: String(codes.check),
    },
  });
  const started = readFileSync(commands, 'utf8').trim().split('\n').toSorted();
  return { code: status, lines: stdout.trim().split('\n'), started };
}

describe('the whole check of a change', () => {
  it('runs the check and the tests, and prints the one after the other', () => {
    const { code, lines, started } = runWith({ tests: 0, check: 0 });
    expect(code).toBe(0);
    expect(started).toEqual(['run check', 'test']);
    expect(lines).toEqual([
      'begin test',
      'end test',
      'begin run check',
      'end run check',
      'npm test: exit code 0; npm run check: exit code 0',
    ]);
  });

  it.each([
    { tests: 0, check: 1 },
    { tests: 1, check: 0 },
    { tests: 3, check: 2 },
  ])('fails when a part fails, and shows both: %o', (codes) => {
    const { code, lines, started } = runWith(codes);
    expect(code).not.toBe(0);
    expect(started).toEqual(['run check', 'test']);
    expect(lines).toContain('end run check');
    expect(lines).toContain('end test');
    expect(lines.at(-1)).toBe(`npm test: exit code ${codes.tests}; npm run check: exit code ${codes.check}`);
  });
});
