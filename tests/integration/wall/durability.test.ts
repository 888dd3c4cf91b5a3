import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tourSettingsSchema } from '../../../src-shared/wall/tourSettings.ts';
import { temporaryFolder } from '../../support/processes.ts';
import { camerasOf, codeOf, joinAs, startWallHub } from './wallHub.ts';

const settings = tourSettingsSchema.parse({ dwellMs: 600_000 });
const allDays = [1, 2, 3, 4, 5, 6, 7];

describe('what operators saved and chose', () => {
  it('survives kill -9 right after the answer', async () => {
    const dataDir = temporaryFolder('mingchu-wall-');
    const hub = await startWallHub({ dataDir });
    const desk = await joinAs(hub, 'desk');
    const cameraId = camerasOf(desk)[5]?.cameraId ?? '';
    const commandOf = () => ({ commandId: randomUUID() });
    const programme = { id: 'schools', name: '学校巡查', layout: '4' as const, settings };
    const scene = { id: 'one', name: '一处', layout: '1' as const, cameras: { 'tile-0-0': cameraId } };
    const entry = { id: 'e', screenId: 'main', weekdays: allDays, fromMinute: 0 };
    const schedule = [{ ...entry, shows: { type: 'programme' as const, id: 'schools' } }];
    const answers = [
      await desk.request('wall:saveProgramme', { ...commandOf(), programme }),
      await desk.request('wall:saveScene', { ...commandOf(), scene }),
      await desk.request('wall:saveSchedule', { ...commandOf(), schedule }),
      await desk.request('wall:showSaved', { ...commandOf(), screenId: 'main', type: 'scene', id: 'one' }),
      await desk.request('wall:spotlightCamera', {
        ...commandOf(),
        screenId: 'main',
        eventId: 'rat',
        cameraId: camerasOf(desk)[6]?.cameraId ?? '',
        target: 'tile',
        priority: 1,
      }),
    ];
    await hub.kill();
    desk.close();
    expect(answers.map(codeOf)).toEqual(Array(5).fill('done'));

    const again = await startWallHub({ dataDir, cameras: 0 });
    const { snapshot, close } = await joinAs(again, 'desk');
    expect(snapshot.library).toEqual({ revision: 3, programmes: [programme], scenes: [scene], schedule });
    const main = snapshot.screens?.find(({ screenId }) => screenId === 'main');
    expect(main).toMatchObject({
      chosen: { type: 'scene', id: 'one', name: '一处' },
      scheduled: false,
      spotlight: { eventId: 'rat' },
    });
    close();
    await again.stop();
  });

  it('survives kill -9 in the middle of many changes, none of those that were answered lost', async () => {
    const dataDir = temporaryFolder('mingchu-wall-');
    let hub = await startWallHub({ dataDir });
    for (let round = 0; round < 3; round += 1) {
      const desk = await joinAs(hub, 'desk');
      const answered = new Set(desk.snapshot.library?.scenes.map(({ id }) => id));
      let killed: Promise<void> | undefined;
      for (let number = 0; number < 40; number += 1) {
        const id = `scene-${round}-${number}`;
        const scene = { id, name: id, layout: '1' as const, cameras: {} };
        void desk.request('wall:saveScene', { commandId: id, scene }).then(
          (answer) => {
            if (!answer.ok) return;
            answered.add(id);
            if (answered.size % 10 === 5) killed ??= hub.kill();
          },
          () => undefined,
        );
      }
      await new Promise<void>((resolve) => hub.child.once('exit', () => resolve()));
      await killed;
      desk.close();
      hub = await startWallHub({ dataDir, cameras: 0 });
      const after = await joinAs(hub, 'desk');
      const kept = new Set(after.snapshot.library?.scenes.map(({ id }) => id));
      expect([...answered].filter((id) => !kept.has(id))).toEqual([]);
      expect(after.snapshot.library?.revision).toBe(kept.size);
      after.close();
    }
    await hub.stop();
  });
});
