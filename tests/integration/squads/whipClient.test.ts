import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/processes.ts';
import { openListener } from '../talk/voiceEnds.ts';
import {
  hasWhipClient,
  makeDevice,
  openWhipStage,
  pictures,
  startWhipClient,
  tone,
  type MadeDevice,
  type WhipClient,
  type WhipStage,
} from './whipStage.ts';

// Debian's simple-whip-client, which nobody here wrote. Where it is not installed, this says "skipped".
describe.skipIf(!hasWhipClient())(
  'Debian’s whip-client',
  () => {
    let stage: WhipStage;
    let device: MadeDevice;
    let client: WhipClient | undefined;

    beforeAll(async () => {
      stage = await openWhipStage(['ann']);
      device = await makeDevice(stage.url, 'ann');
    });
    afterEach(async () => {
      await client?.kill();
      client = undefined;
    });
    afterAll(() => stage.close());

    const bodyCam = () => stage.roster.member('ann')?.bodyCam;
    const producer = (kind: 'audio' | 'video') => stage.sending.find('bodycam:ann', kind);
    const flows = async (kind: 'audio' | 'video'): Promise<void> => {
      const found = await eventually(`the ${kind}`, () => producer(kind), 20_000);
      const listener = await openListener(found.worker, found.producerId);
      try {
        await eventually(`packets of ${kind}`, () => listener.received.length > 20 || undefined, 20_000);
      } finally {
        listener.close();
      }
    };

    for (const [name, video] of Object.entries(pictures)) {
      it(`sends picture (${name}) and sound, which a consumer receives, and ends them with DELETE`, async () => {
        client = startWhipClient(device, { video, audio: tone });
        await flows('video');
        await flows('audio');
        expect(bodyCam()).toMatchObject({
          state: 'live',
          streamId: 'bodycam:ann',
          kinds: ['video', 'audio'],
        });
        expect(stage.whip.isLive('ann')).toBe(true);
        await client.end();
        await eventually('the end', () => bodyCam()?.state === 'off' || undefined);
        expect(await producer('video')).toBeUndefined();
      });
    }

    it('comes back after a crash: the new session takes the place of the old one', async () => {
      client = startWhipClient(device, { video: pictures.h264 });
      await flows('video');
      const before = await producer('video');
      await client.kill();
      client = startWhipClient(device, { video: pictures.h264 });
      await eventually('the new picture', async () => {
        const now = await producer('video');
        return (now !== undefined && now.producerId !== before?.producerId) || undefined;
      });
      await flows('video');
      expect(bodyCam()).toMatchObject({ state: 'live' });
    });

    it('is told that its token is wrong, and nothing goes live', async () => {
      const live = bodyCam()?.state;
      client = startWhipClient({ ...device, token: 'wrong' }, { video: pictures.h264 });
      const { said } = client;
      await eventually('its complaint', () => /401/.test(said()) || undefined, 20_000);
      expect(bodyCam()?.state).toBe(live);
    });
  },
  90_000,
);
