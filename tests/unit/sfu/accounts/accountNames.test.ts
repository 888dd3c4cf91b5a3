import { expect, it } from 'vitest';
import { signInKey, signInNameSchema, weakPassword } from '../../../../src-shared/accounts/accountNames.ts';

it.each([
  '',
  ' ',
  '\u200d',
  '\u3164',
  'a\u200eb',
  'a\u0000b',
  'a\ud800b',
  'a\u202eb',
  'x'.repeat(65),
  '\u0301',
])('refuses the name %j, which nobody could distinguish from another', (name) => {
  expect(signInNameSchema.safeParse(name).success).toBe(false);
});

it.each(['王芳', 'علی\u200cرضا', 'प्रक्\u200dष', '👩🏽\u200d🍳 Chef', 'x'.repeat(64), '𠮷野家'])(
  'takes the name %j',
  (name) => {
    expect(signInNameSchema.parse(name)).toBe(name);
  },
);

it.each([
  ['علی\u200cرضا', 'علیرضا'],
  ['Zoë', 'zoe\u0308'],
  ['ＷＡＮＧ', 'wang'],
  ['wang  fang', 'Wang Fang '],
])('takes %j and %j for one sign-in name', (one, other) => {
  expect(signInKey(one)).toBe(signInKey(other));
});

it.each([
  ['123456789', 'short'],
  ['密码密码密码密码密', 'short'],
  ['aaaaaaaaaaaaaaa', 'plain'],
  ['Wang.Fang.123', 'plain'],
  ['four kitchens by the lake', undefined],
  ['八个厨房在湖边一二三', undefined],
])('finds the password %j %s', (password, weakness) => {
  expect(weakPassword(password, 'wang.fang')).toBe(weakness);
});
