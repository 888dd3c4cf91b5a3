import { expect, it } from 'vitest';
import { createUpperLinks } from '../../../../../src-sfu/media/cascade/upperLinks.ts';
import { ourId, upperPassword, upperSettings } from '../../../../support/upperStage.ts';

it('opens the changed connection only once the one before has signed off, and not one that was replaced meanwhile', async () => {
  const words: string[] = [];
  const closers: (() => void)[] = [];
  const links = createUpperLinks({
    create: ({ settings }) => ({
      open: () => void words.push(`open ${settings.port}`),
      close: () => new Promise<void>((resolve) => closers.push(resolve)),
      standing: () => ({ state: 'registered', sinceMs: 0 }),
      views: () => [],
      endViews: () => 0,
      listChanged: () => undefined,
    }),
    onGone: () => undefined,
    nowMs: () => 0,
  });
  const record = (port: number, more: Parameters<typeof upperSettings>[1] = {}) => ({
    upperId: 'u',
    settings: upperSettings(port, more),
    password: upperPassword,
    shared: { districts: [], cameraIds: [] },
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  links.connect([record(1)]);
  // Whoever may watch, and what it is called, needs no other connection.
  links.connect([record(1, { name: '新名', mayWatch: false, otherIds: [ourId] })]);
  expect(words).toEqual(['open 1']);
  links.connect([record(2)]);
  links.connect([record(3)]);
  await settled();
  expect(words).toEqual(['open 1']);
  for (const close of closers) close();
  await settled();
  expect(words).toEqual(['open 1', 'open 3']);
});
