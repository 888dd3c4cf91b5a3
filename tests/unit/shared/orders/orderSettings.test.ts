import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../../../../src-shared/alerts/alertKinds.ts';
import { defaultOrderSettings } from '../../../../src-shared/orders/orderDefaults.ts';
import {
  filledIn,
  orderSettingsSchema,
  orderTimesFor,
  templateFor,
  type OrderSettings,
  type OrderTemplate,
} from '../../../../src-shared/orders/orderSettings.ts';
import { orderContentSchema, orderKinds } from '../../../../src-shared/orders/orders.protocol.ts';
import { defaultOrderTimes } from '../../../../src-shared/orders/order.ts';
import { orderTimeBounds, orderTimeNames } from '../../../../src-shared/orders/orderTimes.ts';

const nowMs = Date.UTC(2026, 10, 29);
const withTimes = (times: object): unknown => ({
  ...defaultOrderSettings,
  times: [{ times: { ...defaultOrderTimes, ...times } }],
});

describe('the settings that a hub has at first', () => {
  test('are valid, and have a template with both languages for each kind of order and of kitchen alert', () => {
    expect(orderSettingsSchema.parse(defaultOrderSettings)).toEqual(defaultOrderSettings);
    for (const kind of orderKinds) expect(templateFor(defaultOrderSettings, { kind })?.kind).toBe(kind);
    for (const alertKindId of ['rat', 'open_flame', 'smoking', 'no_hat', 'uncovered_bin']) {
      expect(builtInKinds.map(({ kindId }) => kindId)).toContain(alertKindId);
      const found = templateFor(defaultOrderSettings, { kind: 'alert', alertKindId });
      expect(found?.alertKindId).toBe(alertKindId);
      expect(found?.checklist.length).toBeGreaterThan(1);
    }
    for (const one of defaultOrderSettings.templates.filter(({ kind }) => kind !== 'other')) {
      expect(one.instructions).not.toBe('');
      expect(one.instructionsEn).not.toBe('');
      expect(one.checklist.every(({ textEn = '' }) => textEn !== '')).toBe(true);
    }
    expect(defaultOrderSettings.asksNextSquadItself).toBe(false);
  });
});

describe('times', () => {
  test.each(orderTimeNames)('%s has bounds, and is a whole number', (name) => {
    const [least, most] = orderTimeBounds[name];
    for (const value of [
      least - 1,
      most + 1,
      0,
      -1,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      least + 0.5,
      '20',
    ]) {
      expect(orderSettingsSchema.safeParse(withTimes({ [name]: value })).success).toBe(false);
    }
  });

  test.each([
    ['the next squad at the time of ringing', { askNextSquadMs: 20_000 }],
    ['the next squad before ringing', { ringAgainMs: 50_000 }],
    ['the supervisor before the next squad', { askSupervisorMs: 30_000 }],
  ])('%s is refused', (_what, times) => {
    expect(orderSettingsSchema.safeParse(withTimes(times)).success).toBe(false);
  });

  test('hold for the kind and priority, otherwise for the kind, the priority, all', () => {
    const times = (ringAgainMs: number) => ({ ...defaultOrderTimes, ringAgainMs });
    const settings = {
      times: [
        { times: times(1) },
        { priority: 1 as const, times: times(2) },
        { kind: 'emergency' as const, times: times(3) },
        { kind: 'emergency' as const, priority: 1 as const, times: times(4) },
      ],
    };
    const ring = (kind: OrderTemplate['kind'], priority: 1 | 2 | 3) =>
      orderTimesFor(settings, { kind, priority }).ringAgainMs;
    expect([ring('alert', 2), ring('alert', 1), ring('emergency', 2), ring('emergency', 1)]).toEqual([
      1, 2, 3, 4,
    ]);
  });

  test('of an order from an alert are those of its kind of alert first', () => {
    const times = (ringAgainMs: number) => ({ ...defaultOrderTimes, ringAgainMs });
    const kind = 'alert' as const;
    const settings = {
      times: [
        { times: times(1) },
        { kind, priority: 1 as const, times: times(2) },
        { kind, alertKindId: 'rat', times: times(3) },
        { kind, alertKindId: 'rat', priority: 2 as const, times: times(4) },
      ],
    };
    const ring = (alertKindId: string | undefined, priority: 1 | 2 | 3) =>
      orderTimesFor(settings, { kind, priority, alertKindId }).ringAgainMs;
    expect([ring('rat', 1), ring('rat', 2), ring('smoking', 1), ring(undefined, 1)]).toEqual([3, 4, 2, 2]);
    expect(ring('smoking', 2)).toBe(1);
    const all = { ...defaultOrderSettings, times: [{ times: defaultOrderTimes }] };
    const withRule = (rule: object): boolean =>
      orderSettingsSchema.safeParse({ ...all, times: [...all.times, { times: defaultOrderTimes, ...rule }] })
        .success;
    expect(withRule({ kind, alertKindId: 'rat' })).toBe(true);
    expect(withRule({ alertKindId: 'rat' })).toBe(false);
    expect(withRule({ kind: 'inspection', alertKindId: 'rat' })).toBe(false);
  });

  test('two rules for the same orders, or none for all, are refused', () => {
    const rule = { times: defaultOrderTimes };
    for (const times of [[], [rule, rule], [{ kind: 'alert', ...rule }]]) {
      expect(orderSettingsSchema.safeParse({ ...defaultOrderSettings, times }).success).toBe(false);
    }
  });
});

describe('the times of alerts', () => {
  const times = { supervisorMs: 15_000, againMs: 60_000 };
  const ofClass1 = { alertClass: 1, times };
  const isValid = (acknowledge: unknown): boolean =>
    orderSettingsSchema.safeParse({ ...defaultOrderSettings, acknowledge }).success;

  test('are those of class 1 in settings of an earlier version', () => {
    const { acknowledge: _acknowledge, ...earlier } = defaultOrderSettings;
    expect(orderSettingsSchema.parse(earlier)).toEqual(defaultOrderSettings);
  });

  test('are for a class or a kind, each once, and class 1 has some', () => {
    expect(isValid([ofClass1, { alertClass: 2, times }, { alertKindId: 'smoking', times }])).toBe(true);
    for (const rules of [
      [],
      [{ alertClass: 2, times }],
      [ofClass1, ofClass1],
      [ofClass1, { times }],
      [ofClass1, { alertClass: 2, alertKindId: 'smoking', times }],
      [{ ...ofClass1, times: { supervisorMs: 60_000, againMs: 60_000 } }],
      [{ ...ofClass1, times: { supervisorMs: 4_999, againMs: 60_000 } }],
      [{ ...ofClass1, times: { supervisorMs: 15_000, againMs: Number.NaN } }],
      [{ ...ofClass1, times: { supervisorMs: '15', againMs: 60_000 } }],
    ]) {
      expect(isValid(rules)).toBe(false);
    }
  });
});

describe('templates', () => {
  const template = (parts: Partial<OrderTemplate>): OrderTemplate => ({
    kind: 'alert',
    instructions: JSON.stringify(parts),
    checklist: [],
    ...parts,
  });
  const settings: Pick<OrderSettings, 'templates'> = {
    templates: [
      template({}),
      template({ alertClass: 1 }),
      template({ alertKindId: 'rat' }),
      template({ alertKindId: 'rat', alertClass: 1 }),
      template({ kind: 'inspection' }),
    ],
  };

  test('the most exact one is taken', () => {
    const taken = (wanted: Parameters<typeof templateFor>[1]) => templateFor(settings, wanted)?.instructions;
    expect(taken({ kind: 'alert', alertKindId: 'rat', alertClass: 1 })).toBe(
      '{"alertKindId":"rat","alertClass":1}',
    );
    expect(taken({ kind: 'alert', alertKindId: 'rat', alertClass: 2 })).toBe('{"alertKindId":"rat"}');
    expect(taken({ kind: 'alert', alertKindId: 'cat', alertClass: 1 })).toBe('{"alertClass":1}');
    expect(taken({ kind: 'alert', alertKindId: 'cat', alertClass: 3 })).toBe('{}');
    expect(taken({ kind: 'complaint' })).toBeUndefined();
  });

  test('two for the same orders, and an alert kind where there is no alert, are refused', () => {
    for (const templates of [
      [template({}), template({})],
      [template({ kind: 'inspection', alertKindId: 'rat' })],
      [template({ kind: 'inspection', alertClass: 1 })],
    ]) {
      expect(orderSettingsSchema.safeParse({ ...defaultOrderSettings, templates }).success).toBe(false);
    }
  });

  test('what is filled in is a valid order, in the language shown, with the class of the alert and a due date', () => {
    const filled = filledIn(
      template({
        instructions: '查看',
        instructionsEn: 'Look',
        checklist: [{ text: '拍照', textEn: 'Photograph' }, { text: '登记' }],
        dueAfterMinutes: 30,
      }),
      { language: 'en', nowMs, alertClass: 1, title: 'Rat · cook room' },
    );
    expect(filled).toEqual({
      priority: 1,
      instructions: 'Rat · cook room\nLook',
      checklist: [
        { itemId: 'item1', text: 'Photograph', isDone: false },
        { itemId: 'item2', text: '登记', isDone: false },
      ],
      dueAtMs: nowMs + 1_800_000,
    });
    const place = { name: '一店' };
    expect(orderContentSchema.safeParse({ kind: 'alert', place, ...filled }).success).toBe(true);
    expect(filledIn(undefined, { language: 'zh-CN', nowMs })).toEqual({
      priority: 2,
      instructions: '',
      checklist: [],
    });
  });
});
