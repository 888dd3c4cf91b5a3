import { expect, it } from 'vitest';
import { createCitizenLimits, reportLimits } from '../../../../src-sfu/features/citizens/citizenLimits.ts';

const { forms, ofAddress, ofAddressInDay, ofSite, inAll } = reportLimits;

function limitsAt() {
  const clock = { nowMs: 1_790_000_000_000 };
  return { clock, limits: createCitizenLimits(() => clock.nowMs) };
}

it('takes a few reports of an address, says when the next is taken, and takes it then', () => {
  const { clock, limits } = limitsAt();
  for (let count = 0; count < ofAddress.count; count += 1)
    expect(limits.take('192.0.2.1', 's')).toBeUndefined();
  clock.nowMs += 60_000;
  const refused = { problem: 'too_many_from_here', retryAfterSeconds: ofAddress.spanMs / 1_000 - 60 };
  expect(limits.take('192.0.2.1', 't')).toEqual(refused);
  expect(limits.take('192.0.2.2', 's')).toBeUndefined();
  clock.nowMs += refused.retryAfterSeconds * 1_000;
  expect(limits.take('192.0.2.1', 't')).toBeUndefined();
});

it('takes no more than so many of an address in a day, however slowly they come', () => {
  const { clock, limits } = limitsAt();
  let taken = 0;
  for (let count = 0; count < 140; count += 1) {
    if (limits.take('192.0.2.1', `s${count}`) === undefined) taken += 1;
    clock.nowMs += ofAddress.spanMs;
  }
  expect(taken).toBeLessThanOrEqual(ofAddressInDay.count);
});

it('takes so many about a site and so many in all in an hour, from whatever addresses', () => {
  const { limits } = limitsAt();
  const from = (index: number): string => `10.${index >> 8}.${index & 255}.1`;
  for (let index = 0; index < ofSite.count; index += 1) expect(limits.take(from(index), 's')).toBeUndefined();
  expect(limits.take('192.0.2.9', 's')).toMatchObject({ problem: 'too_many_of_site' });
  let taken = ofSite.count;
  for (let index = 0; index < 1_000; index += 1) {
    if (limits.take(from(index + 1_000), `s${index}`) === undefined) taken += 1;
  }
  expect(taken).toBe(inAll.count);
  expect(limits.check('192.0.2.9', 'new')).toMatchObject({ problem: 'too_many' });
});

it('reads so many forms of an address, wrong ones too', () => {
  const { clock, limits } = limitsAt();
  const refusals = Array.from({ length: 10_000 }, () => limits.form('192.0.2.1')).filter(Boolean);
  expect(refusals).toHaveLength(10_000 - forms.count);
  expect(limits.form('192.0.2.2')).toBeUndefined();
  clock.nowMs += forms.spanMs;
  expect(limits.form('192.0.2.1')).toBeUndefined();
});

it('counts all addresses of a network of 64 bits as one', () => {
  const { limits } = limitsAt();
  for (let index = 0; index < forms.count; index += 1) limits.form(`2001:db8::${index + 1}`);
  expect(limits.form('2001:0DB8:0:0:aaaa::1')).toBeDefined();
  expect(limits.form('2001:db8:0:1::1')).toBeUndefined();
});
