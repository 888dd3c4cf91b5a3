import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { notices, requests } from '../../../../src-shared/protocol/index.ts';
import { capabilities } from '../../../../src-shared/session/roles.ts';

const tests = fileURLToPath(new URL('../../..', import.meta.url));
const known = new Set<string>([...Object.keys(requests), ...Object.keys(notices), ...capabilities]);
const features = [...new Set(Object.keys(requests).map((name) => name.split(':')[0]))];
/** `'feature:verbNoun'` in quotes. */
const namePattern = new RegExp(`['"\`]((?:${features.join('|')}):[a-z]+[A-Za-z]*)['"\`]`, 'g');
/** A request that is refused because it does not exist, the stream of a talk group, body cams of members, and a build script. */
const others = new Set(['wall:explode', 'talk:all', 'wall:main']);
/** Actions of the audit log that are no request. */
const auditActions = new Set([
  'alerts:acknowledged',
  'alerts:exportCsv',
  'alerts:raised',
  'alerts:viewSnapshot',
  'audit:export',
  'cameras:exportRegistry',
  'cameras:importRegistry',
  'citizens:receive',
  'cascade:view',
  'recorders:viewRecording',
  'session:denied',
  'findings:importClauses',
  'public:importSite',
  'public:printCodes',
  'showcase:drawCurtain',
  'showcase:openCurtain',
  'sites:useLink',
  'talk:endFloor',
  'talk:grantFloor',
  'turning:dropPreset',
  'turning:takeUpPreset',
  'wall:view',
  'webhooks:stop',
]);

/** The names in one text that are neither a request nor a notice nor a capability. */
function unknownNames(text: string): string[] {
  return [...text.matchAll(namePattern)]
    .flatMap(([, name]) => (name === undefined ? [] : [name]))
    .filter(
      (name) =>
        !known.has(name) &&
        !others.has(name) &&
        !auditActions.has(name) &&
        !/^bodycam:(ann|chen|zhang|nobody)$/.test(name),
    );
}

describe('the names of requests and notices that tests use', () => {
  it('exist, because a refusal of a request that does not exist proves nothing', () => {
    const wrong = globSync('{unit,integration,e2e,bench,support}/**/*.{ts,tsx}', { cwd: tests }).flatMap(
      (file) =>
        // This file has examples of wrong names.
        file.endsWith('namesInTests.test.ts')
          ? []
          : unknownNames(readFileSync(`${tests}/${file}`, 'utf8')).map((name) => `${file}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('and a refusal of the hub is asserted with its cause, because a refusal alone may have another cause than the test means', () => {
    const wrong = globSync('{unit/sfu,integration,e2e}/**/*.ts', { cwd: tests }).flatMap((file) =>
      [...readFileSync(`${tests}/${file}`, 'utf8').matchAll(/ok: false,? \}|\.ok\)\.toBe\(false\)/g)].map(
        ({ 0: text }) => `${file}: ${text}`,
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('are found wherever they are written in quotes', () => {
    const text = `request('cameras:open', {}); const names = ["squads:doNothing", 'squads:setStatus', \`wall:gone\`];`;
    expect(unknownNames(text)).toEqual(['cameras:open', 'squads:doNothing', 'wall:gone']);
  });
});
