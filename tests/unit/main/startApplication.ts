import { vi } from 'vitest';
import {
  createApplication,
  type Application,
  type ApplicationOptions,
} from '../../../src-main/windows/application.ts';
import type { HubProcessEvents } from '../../../src-main/hub/hubProcess.ts';
import { readShellOptions } from '../../../src-main/settings/shellOptions.ts';
import type { HubTrouble } from '../../../src-main/hub/troubles.ts';
import { noFinder, settingsInMemory } from './settingsInMemory.ts';
import { createElectronStandIn, type ElectronStandIn } from './electronStandIn.ts';

const origin = 'http://127.0.0.1:7400';
const silence: HubTrouble = { kind: 'unreachable', origin, detail: 'connect ECONNREFUSED' };

/** An application that was started with a stand-in for Electron. */
export interface Started {
  standIn: ElectronStandIn;
  application: Application;
  /** What the next look for a hub finds. */
  answer: { trouble: HubTrouble | undefined };
  hubs: { events: HubProcessEvents; stops: number; finishStop: () => void }[];
}

/** Starts the application with arguments of its command line, on a machine with one display where a hub answers. */
export async function startApplication(
  args: string[] = [],
  {
    hubAnswers = true,
    standIn = createElectronStandIn(),
    ticket = undefined as string | undefined,
    settings = settingsInMemory(),
  } = {},
): Promise<Started> {
  const answer: Started['answer'] = { trouble: hubAnswers ? undefined : silence };
  const hubs: Started['hubs'] = [];
  const options: ApplicationOptions = {
    ...readShellOptions(args, {}, '/data'),
    preloadPath: '/app/preload.cjs',
    logger: { info() {}, warn() {}, error() {} } as unknown as ApplicationOptions['logger'],
    trust: { probe: () => Promise.resolve(answer.trouble), isCertificate: (pem, host) => pem === host },
    finder: noFinder,
    startHub(events) {
      const stopped = Promise.withResolvers<void>();
      const hub = { events, stops: 0, finishStop: stopped.resolve };
      hubs.push(hub);
      return {
        stop() {
          hub.stops += 1;
          return stopped.promise;
        },
      };
    },
    onHubLine: () => undefined,
    askTicket: () => Promise.resolve(ticket),
    settings,
    hubIsFixed: false,
    makeBundle: () => Promise.resolve('/data/support/bundle.tar.gz'),
    setSignInEntry: () => undefined,
  };
  const application = createApplication(standIn.electron, options);
  await application.start();
  await vi.advanceTimersByTimeAsync(0);
  return { standIn, application, answer, hubs };
}
