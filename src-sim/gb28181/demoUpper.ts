import { z } from 'zod';
import { ControlError } from '../simulatorError.ts';
import { SimulatedUpperPlatform, type UpperCall } from './upperPlatform.ts';
import type { ReceivingWay } from './upperReceiver.ts';

/** What a person enters at the hub's desk for the simulated upper platform. */
export const demoUpper = {
  platformId: '42000000002000000009',
  /** The id that it gives the hub, which is also the user name. */
  ourId: '42120000002000000079',
  password: 'province-7',
} as const;

/** Calls that last at the same time at most. */
const mostCalls = 16;

export const upperCallSchema = z.strictObject({
  deviceId: z.string().regex(/^\d{20}$/),
  way: z.enum(['udp', 'tcpPassive', 'tcpActive']).default('udp'),
});
export const upperTurnSchema = z.strictObject({
  deviceId: z.string().regex(/^\d{20}$/),
  /** Sixteen digits, such as `A50F01023232506B` for left and `A50F0100000000B5` for stop. */
  command: z.string().regex(/^A5[\dA-F]{14}$/),
});

export interface UpperCallReport {
  callId: string;
  deviceId: string;
  way: ReceivingWay;
  /** RTP packets that came, and their bytes. */
  packets: number;
  bytes: number;
  /** The hub ended it. */
  isEnded: boolean;
}

export interface UpperReport {
  address: string;
  port: number;
  platformId: string;
  ourId: string;
  password: string;
  isRegistered: boolean;
  calls: UpperCallReport[];
}

/** The upper platform of a simulated city, as the control interface sees it. All throw ControlError (404) where there is none. */
export interface RunningUpper {
  report(): UpperReport;
  /** The list that the hub shares: folders, and cameras with `isOn`. */
  catalogue(): Promise<{ deviceId: string; name: string; isOn?: boolean }[]>;
  /** Calls for a camera's pictures. @throws ControlError (409) with the status of the hub's refusal */
  call(wish: z.output<typeof upperCallSchema>): Promise<UpperCallReport>;
  endCall(callId: string): Promise<UpperReport>;
  /** The status of the hub's answer. */
  turn(wish: z.output<typeof upperTurnSchema>): Promise<{ status: number }>;
  close(): void;
}

/** Runs an upper platform that a person adds at the hub's desk and then plays by the control interface. `port` 0: there is none. */
export async function runDemoUpper({ host, port }: { host: string; port: number }): Promise<RunningUpper> {
  const { platformId, ourId, password } = demoUpper;
  const platform =
    port === 0 ? undefined : new SimulatedUpperPlatform({ platformId, password, address: host, port });
  await platform?.open();
  const calls = new Map<string, { call: UpperCall; deviceId: string; way: ReceivingWay; sizes: number[] }>();
  const running = (): SimulatedUpperPlatform => {
    if (platform === undefined)
      throw new ControlError(404, 'there is no upper platform: start with MINGCHU_SIM_UPPER_PORT=5070');
    return platform;
  };
  const registered = (): SimulatedUpperPlatform => {
    if ((running().registrations.at(-1) ?? 0) === 0)
      throw new ControlError(409, 'the hub is not registered here: add this platform at a desk first');
    return running();
  };
  const reportOf = (callId: string): UpperCallReport[] => {
    const found = calls.get(callId);
    if (found === undefined) return [];
    const { deviceId, way, sizes } = found;
    const [packets = 0, bytes = 0] = sizes;
    return [{ callId, deviceId, way, packets, bytes, isEnded: running().endedCalls.includes(callId) }];
  };
  const report = (): UpperReport => ({
    address: host,
    port,
    platformId,
    ourId,
    password,
    isRegistered: (running().registrations.at(-1) ?? 0) > 0,
    calls: [...calls.keys()].flatMap(reportOf),
  });
  return {
    report,
    async catalogue() {
      const items = await registered().catalogue(ourId);
      const valueIn = (item: string, name: string): string | undefined =>
        new RegExp(`<${name}>([^<]*)`).exec(item)?.[1];
      return items.map((item) => {
        const status = valueIn(item, 'Status');
        return {
          deviceId: valueIn(item, 'DeviceID') ?? '',
          name: valueIn(item, 'Name') ?? '',
          ...(status === undefined ? {} : { isOn: status === 'ON' }),
        };
      });
    },
    async call({ deviceId, way }) {
      for (const [callId, { call }] of calls)
        if (running().endedCalls.includes(callId)) {
          call.close();
          calls.delete(callId);
        }
      if (calls.size >= mostCalls) throw new ControlError(409, `${mostCalls} calls last already: end one`);
      const sizes = [0, 0];
      const call = await registered().invite(deviceId, way, (packet) => {
        sizes[0] = (sizes[0] ?? 0) + 1;
        sizes[1] = (sizes[1] ?? 0) + packet.length;
      });
      if (call.status !== 200) throw new ControlError(409, `the hub refused it with ${call.status}`);
      calls.set(call.callId, { call, deviceId, way, sizes });
      const [made] = reportOf(call.callId);
      if (made === undefined) throw new ControlError(404, 'the call is over');
      return made;
    },
    async endCall(callId) {
      const found = calls.get(callId);
      if (found === undefined) throw new ControlError(404, `no call has the id ${callId}`);
      calls.delete(callId);
      if (running().endedCalls.includes(callId)) found.call.close();
      else await found.call.bye();
      return report();
    },
    async turn({ deviceId, command }) {
      return { status: await registered().control(deviceId, `<PTZCmd>${command}</PTZCmd>`) };
    },
    close: () => platform?.close(),
  };
}
