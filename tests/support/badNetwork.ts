import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './processes.ts';

const script = fileURLToPath(new URL('badNetwork.py', import.meta.url));

/** A line between a phone and the hub. */
export interface LineQuality {
  /** Half of it is added in each direction. */
  roundTripMs: number;
  /** Share of the packets lost in each direction, 0–1: of a question and its answer, twice as many are lost. */
  loss: number;
}

/** The bad network that is asked for: 80 ms there and back, 1 % of the packets lost. */
export const badLine: LineQuality = { roundTripMs: 80, loss: 0.01 };
/** The same way through the forwarder, which adds nothing of its own. */
export const goodLine: LineQuality = { roundTripMs: 0, loss: 0 };

/** What one direction did; `lateMs` is how much later than meant packets left, because the forwarder had to wait. */
export interface DirectionFigures {
  forwarded: number;
  lost: number;
  /** Dropped while the line was cut. */
  cut: number;
  /** Not taken by the receiving device. */
  refused: number;
  lateMs: { p50: number; p95: number; max: number };
}

/** A network of its own for phones: all between it and this machine goes over the line. */
export interface BadNetwork {
  /** This machine, as the phone finds it: for the hub's certificate, its media and the browser's resolver. */
  hubAddress: string;
  phoneAddress: string;
  /** Settings of a hub that phones find here, and other browsers under 127.0.0.1. */
  hubSettings: Record<string, string>;
  /** A command line that runs a program within the network. */
  within(program: string, ...words: string[]): string[];
  /** An executable that runs a program within the network, with whatever words it is given. */
  wrapper(program: string): string;
  /** Nothing passes any more, and nobody is notified, as out of reach of a radio mast. */
  cut(): Promise<void>;
  /** What was on its way when it was cut stays lost. */
  heal(): Promise<void>;
  setLine(line: LineQuality): Promise<void>;
  figures(): Promise<{ toHub: DirectionFigures; toPhone: DirectionFigures }>;
  /** Takes the network away with its devices. */
  close(): Promise<void>;
}

/** This machine cannot make such networks. The message begins with "not possible here". */
export class BadNetworkError extends Error {
  override name = 'BadNetworkError';
}

/** Makes a network behind a line. Losses are those of the seed. Throws BadNetworkError where it needs rights or TUN devices. */
export async function startBadNetwork(line: LineQuality = badLine, seed = 1): Promise<BadNetwork> {
  const words = [script, String(line.roundTripMs / 2), String(line.loss), String(seed)];
  const child = spawn('/usr/bin/python3', words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = Promise.race([once(child, 'exit'), once(child, 'error')]);
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done === true) throw new BadNetworkError('not possible here: python3 ended before it said why');
    return JSON.parse(String(value)) as T;
  };
  type Ready = { impossible: string } | { namespace: string; hubAddress: string; phoneAddress: string };
  const ready = await nextLine<Ready>();
  if ('impossible' in ready) {
    await ended;
    throw new BadNetworkError(`not possible here: ${ready.impossible}`);
  }
  const { namespace, hubAddress, phoneAddress } = ready;
  // Answers come in the order of the commands.
  let asked: Promise<unknown> = Promise.resolve();
  const ask = <T>(command: string): Promise<T> => {
    const answer = asked.then(() => {
      child.stdin.write(`${command}\n`);
      return nextLine<T>();
    });
    asked = answer.catch(() => undefined);
    return answer;
  };
  const within = (program: string, ...rest: string[]): string[] => [
    'ip',
    'netns',
    'exec',
    namespace,
    program,
    ...rest,
  ];
  return {
    hubAddress,
    phoneAddress,
    hubSettings: { MINGCHU_HOST: '0.0.0.0', MINGCHU_RTC_ADDRESSES: `127.0.0.1,${hubAddress}` },
    within,
    wrapper(program) {
      const path = join(temporaryFolder('mingchu-bad-network-'), 'run');
      writeFileSync(path, `#!/bin/sh\nexec ${within(`'${program}'`, '"$@"').join(' ')}\n`, { mode: 0o755 });
      return path;
    },
    cut: () => ask('cut'),
    heal: () => ask('heal'),
    setLine: ({ roundTripMs, loss }) => ask(`line ${roundTripMs / 2} ${loss}`),
    figures: () => ask('figures'),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Why no such network can be made here, or undefined where it can. */
export async function whyNoBadNetwork(): Promise<string | undefined> {
  try {
    const network = await startBadNetwork();
    await network.close();
    return undefined;
  } catch (error) {
    if (error instanceof BadNetworkError) return error.message;
    throw error;
  }
}
