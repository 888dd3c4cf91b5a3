import { describe, expect, it } from 'vitest';
import { digitOf, isComposed, keyOf, type KeyFacts } from '../../../../src-renderer/ui/keys.ts';

const event = (facts: Partial<KeyFacts>): KeyFacts => ({
  key: '',
  code: '',
  isComposing: false,
  keyCode: 0,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...facts,
});

describe('a letter', () => {
  it.each([
    ['plain', { key: 'a', code: 'KeyA' }],
    ['with Caps Lock or Shift', { key: 'A', code: 'KeyA', shiftKey: true }],
    ['wide, from a Chinese input method', { key: 'ａ', code: 'KeyA' }],
    ['on a Russian keyboard', { key: 'ф', code: 'KeyA' }],
    ['on a Russian keyboard with Caps Lock', { key: 'Ф', code: 'KeyA' }],
    ['on a Greek keyboard', { key: 'α', code: 'KeyA' }],
    ['on a Hebrew, Arabic, Thai or Korean keyboard', { key: 'ㅁ', code: 'KeyA' }],
    ['on a French keyboard, where it stands elsewhere', { key: 'a', code: 'KeyQ' }],
    ['on a keyboard that says no place', { key: 'a', code: '' }],
    ['on a key that is not identified', { key: 'Unidentified', code: 'KeyA' }],
    ['on a dead key', { key: 'Dead', code: 'KeyA' }],
  ])('%s is a', (_what, facts) => expect(keyOf(event(facts))).toBe('a'));

  it('is the character that is written, not the place, where letters are Latin', () => {
    expect(keyOf(event({ key: 'z', code: 'KeyY' }))).toBe('z');
    expect(keyOf(event({ key: 'k', code: 'KeyV', ctrlKey: true }))).toBe('k');
  });
});

describe('a digit', () => {
  it.each([
    ['of the digit row', { key: '3', code: 'Digit3' }],
    ['of the number pad', { key: '3', code: 'Numpad3' }],
    ['wide', { key: '３', code: 'Digit3' }],
    ['on a French keyboard', { key: '"', code: 'Digit3' }],
    ['on a French keyboard with Shift', { key: '3', code: 'Digit3', shiftKey: true }],
  ])('%s is 3', (_what, facts) => {
    expect(keyOf(event(facts))).toBe('3');
    expect(digitOf(event(facts))).toBe(3);
  });

  it('of the pad without Num Lock is an arrow', () => {
    const arrow = event({ key: 'ArrowDown', code: 'Numpad2' });
    expect([keyOf(arrow), digitOf(arrow)]).toEqual(['ArrowDown', undefined]);
  });

  it('with Shift is the mark above it, but still its place', () => {
    const mark = event({ key: '#', code: 'Digit3', shiftKey: true });
    expect([keyOf(mark), digitOf(mark)]).toEqual(['#', 3]);
  });

  it('with Alt is its place, whatever is written', () => {
    expect(digitOf(event({ key: '¡', code: 'Digit1', altKey: true }))).toBe(1);
  });
});

describe('a mark', () => {
  it.each([
    ['/', { key: '/', code: 'Slash' }],
    ['/', { key: '/', code: 'Digit7', shiftKey: true }],
    ['/', { key: '、', code: 'Slash' }],
    ['/', { key: '.', code: 'Slash' }],
    ['?', { key: '?', code: 'Slash', shiftKey: true }],
    ['?', { key: '？', code: 'Slash', shiftKey: true }],
    ['?', { key: ',', code: 'Slash', shiftKey: true }],
    ['[', { key: '【', code: 'BracketLeft' }],
    ['[', { key: 'х', code: 'BracketLeft' }],
    [']', { key: 'ъ', code: 'BracketRight' }],
    [']', { key: '」', code: 'BracketRight' }],
  ])('%s is found as %j', (mark, facts) => expect(keyOf(event(facts))).toBe(mark));
});

it.each([
  ['Enter', { key: 'Enter', code: 'NumpadEnter' }],
  [' ', { key: ' ', code: 'Space' }],
  [' ', { key: '\u00a0', code: 'Space' }],
  [' ', { key: '\u3000', code: 'Space' }],
  ['Escape', { key: 'Escape', code: 'Escape' }],
])('%j keeps its name', (name, facts) => expect(keyOf(event(facts))).toBe(name));

it.each([
  ['composing', { key: 'a', code: 'KeyA', isComposing: true }],
  ['Enter that ends a composition', { key: 'Enter', code: 'Enter', keyCode: 229 }],
  ['taken before it was seen', { key: 'Process', code: 'KeyA', keyCode: 229 }],
  ['a digit that chooses a word', { key: '1', code: 'Digit1', keyCode: 229, isComposing: true }],
])('a key of an input method commands nothing: %s', (_what, facts) => {
  expect([isComposed(event(facts)), keyOf(event(facts)), digitOf(event(facts))]).toEqual([
    true,
    undefined,
    undefined,
  ]);
});
