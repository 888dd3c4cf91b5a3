import { describe, expect, it } from 'vitest';
import { forbiddenRooms, isForbiddenRoom, roomKinds } from '../../../../src-shared/public/publication.ts';
import {
  isWithinHours,
  readPublicHours,
  writePublicHours,
} from '../../../../src-shared/public/publicHours.ts';
import {
  hiddenReasons,
  mayShow,
  type PublicCamera,
  type PublicSite,
} from '../../../../src-shared/public/publicView.ts';
import {
  maxHeadElements,
  maxHeadPercent,
  softenedBox,
  usualHeadPercent,
} from '../../../../src-shared/public/softening.ts';
import fc from '../../../support/properties.ts';

const consent = { agreedOn: '2026-03-01', recordedBy: '王芳', recordedAtMs: 1 };
const agreed: PublicSite = { publication: { facts: {}, consent } };
const kitchen: PublicCamera = { name: '热厨', room: 'kitchen' };
const noon = { minuteOfDay: 720 };

describe('mayShow', () => {
  const curtains = fc.constant({ drawnBy: '王芳', atMs: 5 });
  const minutes = fc.integer({ min: 0, max: 1439 });
  const cameras = fc.record(
    {
      name: fc.constantFrom('热厨', '更衣室', '备餐间', '女生宿舍走廊', '后门', 'Changing room 2'),
      nameEn: fc.constantFrom('Kitchen', 'Dormitory A', 'Locker'),
      room: fc.constantFrom(...roomKinds),
      curtain: curtains,
    },
    { requiredKeys: ['name'] },
  );
  const sites = fc.record(
    {
      publication: fc.record(
        {
          facts: fc.constant({}),
          consent: fc.constant(consent),
          withdrawal: fc.constant({ recordedBy: '李明', atMs: 7 }),
          hours: fc.record({ from: minutes, to: minutes }).filter(({ from, to }) => from !== to),
        },
        { requiredKeys: ['facts'] },
      ),
      curtain: curtains,
    },
    { requiredKeys: [] },
  );

  it('shows nothing unless everything allows it, and says why not', () => {
    fc.assert(
      fc.property(cameras, sites, minutes, (camera, site, minuteOfDay) => {
        const view = mayShow(camera, site, { minuteOfDay });
        if (!view.shown) {
          expect(hiddenReasons).toContain(view.reason);
          return;
        }
        expect(site.publication?.consent).toBeDefined();
        expect(site.publication?.withdrawal).toBeUndefined();
        expect(site.curtain).toBeUndefined();
        expect(camera.curtain).toBeUndefined();
        expect(forbiddenRooms).not.toContain(camera.room);
        expect(`${camera.name} ${camera.nameEn ?? ''}`).not.toMatch(/更衣|宿舍|Changing|Dormitory|Locker/);
      }),
    );
  });

  it('never shows a forbidden room, whatever the site agreed to and whatever the hour is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...forbiddenRooms), minutes, (room, minuteOfDay) => {
        expect(mayShow({ name: '热厨', room }, agreed, { minuteOfDay })).toEqual({
          shown: false,
          reason: 'forbidden_room',
        });
      }),
    );
  });

  it.each([
    [{ room: 'kitchen' }, { publication: undefined }, 'no_consent'],
    [
      {},
      { publication: { facts: {}, consent, withdrawal: { recordedBy: '李明', atMs: 2 } } },
      'consent_withdrawn',
    ],
    [{}, { ...agreed, curtain: { drawnBy: '王芳', atMs: 2 } }, 'curtain_over_site'],
    [{ curtain: { drawnBy: '王芳', atMs: 2 } }, agreed, 'curtain_over_camera'],
    [{}, { publication: { facts: {}, consent, hours: { from: 0, to: 720 } } }, 'outside_hours'],
    [{}, { publication: { facts: {}, consent, hours: { from: 1320, to: 360 } } }, 'outside_hours'],
  ] as const)('says why it hides a camera (%#)', (camera, site, reason) => {
    const { publication, ...rest } = site as PublicSite;
    const given = publication === undefined ? rest : { ...rest, publication };
    expect(mayShow({ ...kitchen, ...camera }, given, noon)).toEqual({ shown: false, reason });
  });

  it('goes over midnight where the hours do', () => {
    const night = { publication: { facts: {}, consent, hours: { from: 1320, to: 360 } } };
    const at = (minuteOfDay: number): boolean => mayShow(kitchen, night, { minuteOfDay }).shown;
    expect([1319, 1320, 1439, 0, 359, 360].map(at)).toEqual([false, true, true, true, true, false]);
  });
});

describe('a forbidden room', () => {
  it.each([
    '更衣间',
    '男更衣室',
    '员工宿舍',
    '女卫生间',
    'Staff changing room',
    'DORMITORY 3',
    'ＷＣ',
    'Locker room',
  ])('is known by the name %s', (name) => expect(isForbiddenRoom({ name })).toBe(true));
  it.each(['热厨', '洗消间', '备餐间', '仓库', 'Kitchen 2', 'Twcx'])('is not %s', (name) =>
    expect(isForbiddenRoom({ name })).toBe(false),
  );
});

describe('the hours of a site', () => {
  it('are read as they are written', () => {
    const minutes = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(minutes, minutes, (from, to) => {
        fc.pre(from !== to);
        expect(readPublicHours(writePublicHours({ from, to }))).toEqual({ from, to });
      }),
    );
  });
  it('are several spans of some days of the week, in both languages', () => {
    const hours = { from: 390, to: 510, further: [{ from: 660, to: 780 }], days: [1, 2, 3, 4, 5] as const };
    const stored = { ...hours, days: [...hours.days] };
    expect(writePublicHours(stored)).toBe('06:30-08:30 11:00-13:00; 周一至周五');
    expect(writePublicHours({ ...stored, days: [1, 6, 7] }, 'en')).toBe(
      '06:30-08:30 11:00-13:00; Mon, Sat, Sun',
    );
    for (const text of [
      '06:30-08:30 11:00-13:00; 周一至周五',
      '6：30—8:30，11:00至13:00；星期一、星期二、周三-周五',
      '06:30-08:30, 11:00-13:00; Mon - Fri',
      '06:30-08:30 11:00-13:00;Monday,tue,Wed-Fri',
    ])
      expect(readPublicHours(text), text).toEqual(stored);
    expect(readPublicHours('06:30-08:30; 周六至周一')).toEqual({ from: 390, to: 510, days: [1, 6, 7] });
    expect(readPublicHours('06:30-08:30; 周一至周日')).toEqual({ from: 390, to: 510 });
  });
  it('hold on their days alone; what goes over midnight belongs to the day on which it begins', () => {
    const night = { from: 1_320, to: 120, further: [{ from: 660, to: 780 }], days: [5 as const] };
    const at = (dayOfWeek: number | undefined, minuteOfDay: number): boolean =>
      isWithinHours(night, { minuteOfDay, ...(dayOfWeek === undefined ? {} : { dayOfWeek }) });
    expect([at(5, 700), at(5, 1_320), at(6, 119)]).toEqual([true, true, true]);
    expect([at(5, 780), at(5, 60), at(6, 120), at(6, 700), at(4, 1_400)]).toEqual(Array(5).fill(false));
    expect(isWithinHours({ ...night, days: [7] }, { dayOfWeek: 1, minuteOfDay: 60 })).toBe(true);
    // A day that is not known is none of them.
    expect(at(undefined, 700)).toBe(false);
  });
  it.each([
    '06:30-08:30 x 11:00-13:00',
    '06:30-08:30; 周八',
    '06:30-08:30;',
    '06:30-08:30; 周一; 周二',
    '; 周一',
    '周一至周五',
    Array(7).fill('06:30-08:30').join(' '),
  ])('are not %s', (text) => expect(readPublicHours(text)).toBeUndefined());
  it.each(['', '7-21', '25:00-08:00', '06:30', '06:70-07:00', '06:30-06:30', '<script>'])(
    'are not %s',
    (text) => expect(readPublicHours(text)).toBeUndefined(),
  );
});

describe('the softened picture', () => {
  it('has at most 24 picture elements across a head, of any size', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: maxHeadPercent, noNaN: true }), (headPercent) => {
        const { width, height } = softenedBox(headPercent);
        expect((width * headPercent) / 100).toBeLessThanOrEqual(maxHeadElements);
        expect(height).toBeLessThanOrEqual((width * 9) / 16);
        expect([width % 2, height % 2]).toEqual([0, 0]);
        expect(height).toBeGreaterThan(16);
      }),
    );
    expect(softenedBox()).toEqual({ width: 320, height: 180 });
    expect(softenedBox(usualHeadPercent)).toEqual(softenedBox());
  });
});
