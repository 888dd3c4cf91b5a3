import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alertClasses } from '../../../src-shared/alerts/alertKinds.ts';
import { cameraConditions } from '../../../src-shared/cameras/cameras.protocol.ts';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const page = read('docs/monitoring.md');
const rules = read('assets/monitoring/rules.yml');
const dashboard = read('assets/monitoring/dashboard.json').replaceAll('\\"', '"');

/** The labels of each figure, as the page names them. That the figures exist is asked of a real hub (signaling.test.ts). */
const labelsOf = new Map(
  [...page.matchAll(/^\| `(mingchu_\w+)(?:\{([\w,]+)\})?`/gm)].map(([, name = '', labels = '']) => [
    name,
    labels.split(','),
  ]),
);
const namedValues: Record<string, readonly string[]> = {
  class: alertClasses.map(String),
  condition: cameraConditions,
  phone: ['connected', 'away'],
};

describe.each([
  ['rules', rules],
  ['dashboard', dashboard],
])('the %s for monitoring', (_what, text) => {
  it('use only labels that their figures have, and values that these can have', () => {
    const used = [
      ...[...text.matchAll(/\b(mingchu_\w+)\{(\w+)="([^"]*)"\}/g)].map(
        ([, name = '', label = '', value]) => ({
          name,
          label,
          value,
        }),
      ),
      ...[...text.matchAll(/by \((\w+)\) \((?:\w+\()?(mingchu_\w+)/g)].map(([, label = '', name = '']) => ({
        name,
        label,
        value: undefined,
      })),
    ].filter(({ label }) => label !== 'le');
    expect(used.length).toBeGreaterThan(1);
    for (const { name, label, value } of used) {
      expect({ name, labels: labelsOf.get(name) }).toEqual({
        name,
        labels: expect.arrayContaining([label]) as string[],
      });
      if (value !== undefined) expect(namedValues[label]).toContain(value);
    }
  });
});

it('the dashboard has alerts, orders, talk, cameras and media', () => {
  const named = new Set(
    [...dashboard.matchAll(/\bmingchu_(\w+)/g)].map(([, name = '']) => name.split('_')[0]),
  );
  for (const area of ['alerts', 'orders', 'talk', 'cameras', 'media']) expect([...named]).toContain(area);
});

it('every rule has its row on the page, and every row its rule', () => {
  const ofRules = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
  const ofPage = [...page.matchAll(/^\| `(Mingchu\w+)`/gm)].map(([, name = '']) => name);
  expect(ofPage.toSorted()).toEqual(ofRules.toSorted());
});
