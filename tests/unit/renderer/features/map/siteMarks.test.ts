import { describe, expect, it } from 'vitest';
import {
  markChanges,
  shadeOf,
  siteCondition,
  siteMarks,
  unplacedAlerts,
  urgentMarks,
  worstOf,
} from '../../../../../src-renderer/features/map/siteMarks.ts';
import { alertAt, by, site } from './mapBuilders.ts';

const none = { sites: new Map(), health: new Map(), alerts: new Map(), cards: new Map() };

describe('what a map draws of sites', () => {
  it('counts the open alerts of each site by class', () => {
    const alerts = by('alertId', [
      alertAt('a', 1),
      alertAt('a', 2),
      alertAt('a', 2, { alertId: 'second' }),
      alertAt('b', 3),
    ]);
    const marks = siteMarks(
      { ...none, sites: by('siteId', [site('a'), site('b'), site('c')]), alerts },
      'zh-CN',
    );
    expect(marks.get('a')).toMatchObject({ class1: 1, class2: 2, class3: 0 });
    expect(marks.get('b')).toMatchObject({ class1: 0, class2: 0, class3: 1 });
    expect(marks.get('c')).toMatchObject({ class1: 0, class2: 0, class3: 0 });
  });

  it('says the worst class and how many there are of it, not of all', () => {
    expect(worstOf({ class1: 1, class2: 6, class3: 3 })).toEqual({ class: 1, count: 1 });
    expect(worstOf({ class1: 0, class2: 6, class3: 3 })).toEqual({ class: 2, count: 6 });
    expect(worstOf({ class1: 0, class2: 0, class3: 3 })).toEqual({ class: 3, count: 3 });
    expect(worstOf({ class1: 0, class2: 0, class3: 0 })).toBeUndefined();
  });

  it('marks the card of each site, and draws it again when it changes', () => {
    const sites = by('siteId', [site('a'), site('b'), site('c')]);
    const cards = new Map([['a', 'red'] as const, ['b', 'yellow'] as const]);
    const marks = siteMarks({ ...none, sites, cards }, 'zh-CN');
    expect(['a', 'b', 'c'].map((id) => [marks.get(id)?.yellow, marks.get(id)?.red])).toEqual([
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
    const after = siteMarks({ ...none, sites, cards: new Map([['b', 'red' as const]]) }, 'zh-CN');
    expect(markChanges(marks, after).changed.map(({ siteId }) => siteId)).toEqual(['a', 'b']);
  });

  it('leaves out sites without a position', () => {
    const { longitude: _longitude, latitude: _latitude, ...nowhere } = site('a');
    expect(siteMarks({ ...none, sites: by('siteId', [nowhere]) }, 'en').size).toBe(0);
  });

  it('has a picture by type and by how the cameras do', () => {
    const sites = by('siteId', [site('a', { siteType: 'care_home' })]);
    const health = new Map([['a', { cameras: 3, wrong: 1 }]]);
    expect(siteMarks({ ...none, sites, health }, 'zh-CN').get('a')?.icon).toBe('site-care_home-partly');
  });

  it('names a site in English where it has such a name', () => {
    const sites = by('siteId', [site('a', { siteNameEn: 'Canteen' }), site('b')]);
    const marks = siteMarks({ ...none, sites }, 'en');
    expect(marks.get('a')?.label).toBe('Canteen');
    expect(marks.get('b')?.label).toBe('单位b');
  });

  it.each([
    [undefined, 'ok'],
    [{ cameras: 0, wrong: 0 }, 'none'],
    [{ cameras: 2, wrong: 0 }, 'ok'],
    [{ cameras: 2, wrong: 1 }, 'partly'],
    [{ cameras: 2, wrong: 2 }, 'down'],
  ] as const)('calls a site with %o %s', (health, condition) => {
    expect(siteCondition(health)).toBe(condition);
  });
});

describe('what is sent to a map when something changes', () => {
  const sites = by('siteId', [site('a'), site('b'), site('c')]);
  const before = siteMarks({ ...none, sites }, 'zh-CN');

  it('is only what changed', () => {
    const after = siteMarks({ ...none, sites, alerts: by('alertId', [alertAt('b', 2)]) }, 'zh-CN');
    const changes = markChanges(before, after);
    expect(changes.changed.map(({ siteId }) => siteId)).toEqual(['b']);
    expect([changes.added, changes.removed]).toEqual([[], []]);
  });

  it('is nothing when nothing did', () => {
    const again = siteMarks({ ...none, sites: new Map(sites) }, 'zh-CN');
    expect(markChanges(before, again)).toEqual({ added: [], changed: [], removed: [] });
  });

  it('names what is new, what moved and what is gone', () => {
    const after = siteMarks(
      { ...none, sites: by('siteId', [site('b', { latitude: 29.9 }), site('c'), site('d')]) },
      'zh-CN',
    );
    const changes = markChanges(before, after);
    expect(changes.added.map(({ siteId }) => siteId)).toEqual(['d']);
    expect(changes.changed.map(({ siteId }) => siteId)).toEqual(['b']);
    expect(changes.removed).toEqual(['a']);
  });
});

describe('class-1 markers', () => {
  it('are all that have a place, those first that nobody took, then the oldest', () => {
    const { place: _place, ...unknown } = alertAt('x', 1);
    const marks = urgentMarks([
      alertAt('taken', 1, { state: 'acknowledged', raisedAtMs: 1 }),
      alertAt('late', 1, { raisedAtMs: 30 }),
      alertAt('early', 1, { raisedAtMs: 20 }),
      alertAt('amber', 2),
      unknown,
    ]);
    expect(marks.map(({ siteId }) => siteId)).toEqual(['early', 'late', 'taken']);
    expect(marks.map(({ unacknowledged }) => unacknowledged)).toEqual([true, true, false]);
  });

  it('leave alerts to be counted that no map can show', () => {
    const { place: _place, ...unknown } = alertAt('x', 1);
    expect(unplacedAlerts([unknown, alertAt('a', 2)])).toBe(1);
  });
});

it('shades a district by the order of its alerts of the day', () => {
  expect([0, 1, 5, 6, 20, 21, 60, 61, 4_000].map(shadeOf)).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4]);
});
