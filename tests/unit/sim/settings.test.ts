import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../src-sim/settings.ts';

describe("the simulator's settings", () => {
  it('have usual values, also for empty variables', () => {
    const usual = {
      rtspPort: 8554,
      controlPort: 8555,
      host: '127.0.0.1',
      sites: 1_500,
      cameras: 2_200,
      brokenCameras: 12,
      recorders: 0,
      lowerPlatforms: 0,
      upperPort: 0,
      onvifSites: 0,
      onvifPort: 8600,
      recorderPort: 0,
      recorderPlatformId: '42120000002000000001',
    };
    expect(readSettings({})).toEqual(usual);
    expect(readSettings({ MINGCHU_SIM_RTSP_PORT: ' ', OTHER: 'x' })).toEqual(usual);
  });

  it('are read from the environment', () => {
    expect(readSettings({ MINGCHU_SIM_RTSP_PORT: '0', MINGCHU_SIM_CAMERAS: '2200' })).toMatchObject({
      rtspPort: 0,
      cameras: 2_200,
    });
  });

  it('name every variable that is wrong', () => {
    expect(() => readSettings({ MINGCHU_SIM_RTSP_PORT: '99999', MINGCHU_SIM_SITES: 'many' })).toThrow(
      /MINGCHU_SIM_RTSP_PORT=99999: .*MINGCHU_SIM_SITES=many: /,
    );
  });
});
