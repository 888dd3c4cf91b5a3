import { randomBytes, randomUUID } from 'node:crypto';
import { surfaceHeader } from '../../src-shared/protocol/credentials.ts';
import { isWithSite } from '../../src-shared/findings/findingTimes.ts';
import type { SiteFinding } from '../../src-shared/findings/siteFindings.ts';
import { connectHubClient } from '../squads/hubClient.ts';
import { drawScene, sendAttachment } from '../squads/scenePhotograph.ts';
import { signInWith } from './cookies.ts';

/** A kitchen's own food-safety officer, who answers what is found there. */
export interface SimulatedSite {
  /** Answers a finding with a photograph of what was corrected. Rejects when the hub takes either not. */
  answer(findingId: string): Promise<void>;
  close(): void;
}

/** Opens the page's side of a site with the code of a link, over the same protocol as the page. */
export async function openSimulatedSite(
  hubUrl: string,
  code: string,
  pick: () => number,
): Promise<SimulatedSite> {
  const token = randomBytes(32).toString('base64url');
  const cookie = await signInWith(hubUrl, '/api/v1/site-session', { code, token });
  const { promise: joined, resolve, reject } = Promise.withResolvers<void>();
  const join = async (): Promise<void> => {
    const answer = await client.request('session:join', { surface: 'site' });
    if (answer.ok) resolve();
    else reject(new Error(answer.message));
  };
  const client = connectHubClient({
    hubUrl,
    who: {},
    headers: { cookie },
    onRefused: ({ message }) => reject(new Error(message)),
    onConnected: () => void join(),
  });
  await joined;
  const own = async (findingId: string): Promise<SiteFinding> => {
    const read = await client.request('findings:readOwn', {});
    if (!read.ok) throw new Error(read.message);
    const finding = read.data.findings.find((one) => one.findingId === findingId);
    if (finding === undefined) throw new Error(`the site does not see the finding ${findingId}`);
    return finding;
  };
  return {
    async answer(findingId) {
      const isKept = await sendAttachment({
        hubUrl,
        headers: { cookie, [surfaceHeader]: 'site' },
        owner: { kind: 'finding', id: findingId },
        attachmentId: randomUUID(),
        jpeg: await drawScene(pick),
        place: undefined,
      });
      if (!isKept) throw new Error('the photograph of the site was not kept');
      const finding = await own(findingId);
      if (!isWithSite(finding)) return;
      const deed = {
        type: 'answer',
        answer: { kind: 'corrected', words: '已整改，照片如附。（演示）' },
      } as const;
      const { revision } = finding;
      const answered = await client.request('findings:answerOwn', {
        reports: [{ reportId: randomUUID(), findingId, revision, deed, ageMs: 0 }],
      });
      const [result] = answered.ok ? answered.data.results : [];
      if (result?.applied !== true)
        throw new Error(`the answer was not taken: ${result?.refusal ?? 'no answer'}`);
    },
    close: () => client.close(),
  };
}
