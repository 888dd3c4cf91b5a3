import type { PresetTokens } from './onvif.ports.ts';
import type { OnvifRepository } from './onvif.repository.ts';

/** The presets of ONVIF devices by our numbers, read once and kept in the store. */
export async function createPresetTokens(
  repository: Pick<OnvifRepository, 'presetTokens' | 'savePresetToken' | 'removePresetToken'>,
): Promise<PresetTokens & { forget(deviceId: string): void }> {
  const key = (deviceId: string, profileToken: string, number: number): string =>
    `${deviceId} ${number} ${profileToken}`;
  const tokens = new Map(
    (await repository.presetTokens()).map(({ deviceId, profileToken, number, token }) => [
      key(deviceId, profileToken, number),
      token,
    ]),
  );
  return {
    tokenOf: (deviceId, profileToken, number) => tokens.get(key(deviceId, profileToken, number)),
    async keep(deviceId, profileToken, number, token) {
      await repository.savePresetToken({ deviceId, profileToken, number, token });
      tokens.set(key(deviceId, profileToken, number), token);
    },
    /** The device was forgotten, and its presets with it. */
    forget(deviceId) {
      for (const known of tokens.keys()) if (known.startsWith(`${deviceId} `)) tokens.delete(known);
    },
    async drop(deviceId, profileToken, number) {
      await repository.removePresetToken({ deviceId, profileToken, number });
      tokens.delete(key(deviceId, profileToken, number));
    },
  };
}
