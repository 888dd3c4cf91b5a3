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
    const picture = () => stage.sending.find('bodycam:ann', 'video');
    const flows = async (): Promise<void> => {
      const found = await eventually('the picture', picture, 20_000);
      const listener = await openListener(found.worker, found.producerId);
      try {
        await eventually('its packets', () => listener.received.length > 20 || undefined, 20_000);
      } finally {
        listener.close();
      }
    };

    for (const [name, video] of Object.entries(pictures)) {
      it(`sends a picture (${name}), which a consumer receives, and ends it with DELETE`, async () => {
        client = startWhipClient(device, { video });
        await flows();
        expect(bodyCam()).toMatchObject({ state: 'live', streamId: 'bodycam:ann', kinds: ['video'] });
        expect(stage.whip.isLive('ann')).toBe(true);
        await client.end();
        await eventually('the end', () => bodyCam()?.state === 'off' || undefined);
        expect(await picture()).toBeUndefined();
      });
    }

    it('offers picture and sound over two transports, of which the picture is taken', async () => {
      client = startWhipClient(device, { video: pictures.h264, audio: tone });
      await flows();
      expect(bodyCam()).toMatchObject({ state: 'live', kinds: ['video'] });
    });

    it('comes back after a crash: the new session takes the place of the old one', async () => {
      client = startWhipClient(device, { video: pictures.h264 });
      await flows();
      const before = await picture();
      await client.kill();
      client = startWhipClient(device, { video: pictures.h264 });
      await eventually('the new picture', async () => {
        const now = await picture();
        return (now !== undefined && now.producerId !== before?.producerId) || undefined;
      });
      await flows();
      expect(bodyCam()).toMatchObject({ state: 'live' });
    });

    it('is notified that its token is wrong, and nothing goes live', async () => {
      const live = bodyCam()?.state;
      client = startWhipClient({ ...device, token: 'wrong' }, { video: pictures.h264 });
      const { said } = client;
      await eventually('its complaint', () => /401/.test(said()) || undefined, 20_000);
      expect(bodyCam()?.state).toBe(live);
    });
  },
  90_000,
);
