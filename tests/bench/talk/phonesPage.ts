import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { build } from 'vite';
import type { RequestName } from '../../../src-shared/protocol/index.ts';
import type { FieldStage } from '../../support/fieldPage.ts';
import { granted, signIn, type Phone } from '../../integration/talk/talkHub.ts';

/** A phone of many: its connection is this process's own, its media are in the page that all of them share. */
export interface BenchPhone extends Phone {
  phoneId: string;
  groupId: string;
}

/** Loads the page that will have the phones' media. `phones` are asked for by it, also those that come later. */
export async function loadPhonesPage(page: Page, phones: ReadonlyMap<string, BenchPhone>): Promise<void> {
  // A page of this machine: only such a one may have a microphone.
  const blankUrl = 'http://127.0.0.1:9/phones';
  await page.route(blankUrl, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.exposeFunction('askHub', async (phoneId: string, name: RequestName, input: unknown) => {
    const phone = phones.get(phoneId);
    if (phone === undefined) throw new Error(`there is no phone ${phoneId}`);
    return granted(await phone.requestAnything(name, input));
  });
  await page.goto(blankUrl);
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL('./manyPhones.ts', import.meta.url)),
        formats: ['iife'],
        name: 'phones',
      },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const code = first !== undefined && 'output' in first ? first.output[0].code : '';
  await page.addScriptTag({ content: code });
}

/** Adds a squad of so many members, each signed in on a phone with its media. */
export async function addSquadOfPhones(
  { desk, hub }: FieldStage,
  page: Page,
  phones: Map<string, BenchPhone>,
  squad: { squadId: string; members: number },
): Promise<BenchPhone[]> {
  const { squadId, members } = squad;
  const groupId = `squad:${squadId}`;
  granted(
    await desk.request('squads:saveSquad', {
      squad: { squadId, name: `中队 ${squadId}`, startsBodyCamInEmergency: false },
    }),
  );
  const added: BenchPhone[] = [];
  for (let number = 1; number <= members; number += 1) {
    const phoneId = `${squadId}-${number}`;
    granted(
      await desk.request('squads:saveMember', { member: { memberId: phoneId, squadId, name: phoneId } }),
    );
    const phone = { ...(await signIn(hub, desk, phoneId, { hasVoice: false })), phoneId, groupId };
    phones.set(phoneId, phone);
    const [worker] = phone.snapshot.workers;
    await page.evaluate((options) => window.manyPhones?.add(options), {
      phoneId,
      groupId,
      routerRtpCapabilities: worker?.routerRtpCapabilities,
    });
    added.push(phone);
  }
  return added;
}
