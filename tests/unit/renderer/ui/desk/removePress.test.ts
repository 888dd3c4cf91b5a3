import { expect, it } from 'vitest';
import { afterPress } from '../../../../../src-renderer/ui/desk/removePress.ts';

it.each([
  ['the first press asks', 'no', 1, { asking: 'settling', removes: false }],
  ['one by the keyboard too', 'no', 0, { asking: 'settling', removes: false }],
  ['a double click only asks', 'settling', 2, { asking: 'settling', removes: false }],
  ['a slower one too', 'settling', 1, { asking: 'settling', removes: false }],
  ['a third click in a row removes nothing', 'ready', 3, { asking: 'ready', removes: false }],
  ['a press of its own removes', 'ready', 1, { asking: 'no', removes: true }],
  ['one by the keyboard removes', 'ready', 0, { asking: 'no', removes: true }],
] as const)('%s', (_name, asking, clicks, then) => {
  expect(afterPress(asking, clicks)).toEqual(then);
});
