import {
  badLine,
  BadNetworkError,
  goodLine,
  startBadNetwork,
  type BadNetwork,
} from '../support/badNetwork.ts';

/** A way from the phone to the hub. */
export interface FieldLine {
  /** Behind the names of its figures: nothing, or `.bad_network`. */
  suffix: '' | '.bad_network';
  /** Undefined for the phone on this machine itself. */
  network: BadNetwork | undefined;
}

/**
 * Measures over the good line and then over the bad one: 80 ms there and back, 1 % of the packets lost in each direction.
 * `plain` says what the good one is: this machine itself, or the same forwarder without delay or loss, which can be cut.
 * Where such networks are not possible it says so and measures what is left.
 */
export async function overEachLine(
  progress: (text: string) => void,
  plain: 'direct' | 'forwarded',
  measure: (line: FieldLine) => Promise<void>,
): Promise<void> {
  if (plain === 'direct') await measure({ suffix: '', network: undefined });
  else await overNetwork(progress, '', () => startBadNetwork(goodLine), measure);
  await overNetwork(progress, '.bad_network', () => startBadNetwork(badLine), measure);
}

async function overNetwork(
  progress: (text: string) => void,
  suffix: FieldLine['suffix'],
  start: () => Promise<BadNetwork>,
  measure: (line: FieldLine) => Promise<void>,
): Promise<void> {
  let network: BadNetwork;
  try {
    network = await start();
  } catch (error) {
    if (!(error instanceof BadNetworkError)) throw error;
    return progress(`  ${suffix === '' ? 'a line that can be cut' : 'bad network'}: ${error.message}`);
  }
  try {
    await measure({ suffix, network });
    // A forwarder that was itself late was a worse line than was asked for.
    for (const [direction, { forwarded, lost, cut, lateMs }] of Object.entries(await network.figures())) {
      progress(
        `  line ${direction}: ${forwarded} packets, ${lost} lost, ${cut} cut; late p95 ${lateMs.p95} ms, at most ${lateMs.max} ms`,
      );
    }
  } finally {
    await network.close();
  }
}
