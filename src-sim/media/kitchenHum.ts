import { encodeALaw } from '../../src-shared/kitchenTalk/aLaw.ts';
import { seededRandom } from '../random.ts';

/** G.711's sampling rate. */
export const audioSamplesPerSecond = 8_000;
/** One packet holds 20 ms. */
export const audioPacketSamples = 160;
const hummingSeconds = 20;

/**
 * Twenty seconds of a kitchen that is at work: the extractor's hum, its air, and now and then a pan. The end flows into
 * the beginning. One buffer for each packet of 20 ms.
 */
export function makeKitchenHum(): Buffer[] {
  const count = hummingSeconds * audioSamplesPerSecond;
  const samples = new Float64Array(count);
  const random = seededRandom(8_000);
  let air = 0;
  for (let at = 0; at < count; at += 1) {
    const seconds = at / audioSamplesPerSecond;
    // Whole hertz only, so that every wave closes over the loop.
    const hum =
      Math.sin(2 * Math.PI * 50 * seconds) * 0.5 +
      Math.sin(2 * Math.PI * 100 * seconds + 1) * 0.3 +
      Math.sin(2 * Math.PI * 187 * seconds + 2) * 0.12;
    air += (random() * 2 - 1 - air) * 0.18;
    const breath = 0.8 + 0.2 * Math.sin(2 * Math.PI * 0.1 * seconds);
    samples[at] = 0.05 * hum + 0.11 * air * breath;
  }
  for (let strike = 0; strike < 14; strike += 1) {
    const start = Math.floor(random() * count);
    const pitch = 900 + random() * 1_400;
    const loudness = 0.03 + random() * 0.07;
    for (let at = 0; at < audioSamplesPerSecond * 0.35; at += 1) {
      const seconds = at / audioSamplesPerSecond;
      const ring =
        Math.sin(2 * Math.PI * pitch * seconds) + 0.5 * Math.sin(2 * Math.PI * pitch * 2.31 * seconds);
      const position = (start + at) % count;
      samples[position] = (samples[position] ?? 0) + ring * loudness * Math.exp(-seconds * 16);
    }
  }
  const encoded = Buffer.from(Uint8Array.from(samples, encodeALaw));
  return Array.from({ length: count / audioPacketSamples }, (_unused, packet) =>
    encoded.subarray(packet * audioPacketSamples, (packet + 1) * audioPacketSamples),
  );
}
