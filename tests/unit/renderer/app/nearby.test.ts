import { expect, it } from 'vitest';
import { askPosition, listedKitchens } from '../../../../src-renderer/app/public/nearby.ts';

const kitchen = (code: string, latitude?: number) => ({
  code,
  siteName: code,
  siteType: code === 'school' ? ('school_canteen' as const) : ('restaurant' as const),
  district: code === 'far' ? ('赤壁市' as const) : ('咸安区' as const),
  ...(latitude === undefined ? {} : { near: { latitude, longitude: 114 } }),
});
const kitchens = [kitchen('far', 30.5), kitchen('unknown'), kitchen('school', 30.01), kitchen('near', 30)];
const from = { latitude: 30, longitude: 114 };
const codes = (chosen: Parameters<typeof listedKitchens>[1]) =>
  listedKitchens(kitchens, chosen).map(({ code }) => code);

it('lists kitchens by district and type, and the nearest first once the phone said where it is', () => {
  expect(codes({ district: '', siteType: '' })).toEqual(['far', 'unknown', 'school', 'near']);
  expect(codes({ district: '咸安区', siteType: 'restaurant' })).toEqual(['unknown', 'near']);
  expect(codes({ district: '', siteType: '', from })).toEqual(['near', 'school', 'far', 'unknown']);
  const [near, school] = listedKitchens(kitchens, { district: '', siteType: '', from });
  expect([near?.distanceM, Math.round((school?.distanceM ?? 0) / 100)]).toEqual([0, 11]);
});

it('asks for the position once, and takes a refusal', async () => {
  let asked = 0;
  const answering = (isAllowed: boolean): Pick<Geolocation, 'getCurrentPosition'> => ({
    getCurrentPosition(onFound, onRefused) {
      asked += 1;
      if (isAllowed) onFound({ coords: { ...from, accuracy: 5 } } as GeolocationPosition);
      else onRefused?.({ code: 1 } as GeolocationPositionError);
    },
  });
  expect(await askPosition(answering(true))).toEqual(from);
  expect(await askPosition(answering(false))).toBeUndefined();
  expect(asked).toBe(2);
});
