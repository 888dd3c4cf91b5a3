import { expect, it } from 'vitest';
import type { OnvifAsked } from '../../../../src-sim/onvif/deviceAnswers.ts';
import type { OnvifHabits } from '../../../../src-sim/onvif/onvifHabits.ts';
import { PullPoints } from '../../../../src-sim/onvif/pullPoints.ts';
import { readXml, XmlError } from '../../../../src-sim/onvif/soapMessage.ts';
import { durationMs } from '../../../../src-sim/onvif/turningService.ts';

let now = 0;

function asked(request: string, habits: OnvifHabits = {}): OnvifAsked {
  const settings = { host: '', endpoint: '', name: '', make: '', model: '', serial: '' };
  return {
    request: readXml(request),
    base: 'http://127.0.0.1:1',
    habits,
    settings: { ...settings, account: { username: '', password: '' }, sources: [] },
    nowMs: () => now,
  };
}

async function subscribe(points: PullPoints, term = 'PT60S'): Promise<string> {
  const request = `<C><InitialTerminationTime>${term}</InitialTerminationTime></C>`;
  const answer = await points.answers['CreatePullPointSubscription']?.(asked(request));
  return /subscription\/([\da-f-]+)/.exec(answer ?? '')?.[1] ?? '';
}

async function pull(points: PullPoints, id: string, habits: OnvifHabits = {}): Promise<number> {
  const request = asked('<P><Timeout>PT0S</Timeout><MessageLimit>10</MessageLimit></P>', habits);
  const answer = await points.answersOf(id)['PullMessages']?.(request);
  return answer?.match(/NotificationMessage>/g)?.length ?? 0;
}

it('a subscription holds what happened until it is fetched, ends by its term, and lives on by Renew', async () => {
  const points = new PullPoints(() => now);
  const id = await subscribe(points);
  points.raise('motion', 'V1', true, now);
  points.raise('tamper', 'V1', true, now);
  expect(await pull(points, id)).toBe(4);
  expect(await pull(points, id)).toBe(0);
  now += 50_000;
  await points.answersOf(id)['Renew']?.(asked('<R><TerminationTime>PT60S</TerminationTime></R>'));
  now += 50_000;
  expect(await pull(points, id)).toBe(0);
  now += 10_001;
  await expect(pull(points, id)).rejects.toThrow('no such subscription');
});

it('a subscription that dies young is not there, whatever was agreed; more than eight are refused', async () => {
  const points = new PullPoints(() => now);
  const id = await subscribe(points);
  now += 10_000;
  await expect(pull(points, id, { pullPointDiesAfterMs: 10_000 })).rejects.toThrow('no such subscription');
  for (let count = 0; count < 8; count += 1) await subscribe(points);
  await expect(subscribe(points)).rejects.toThrow('too many');
});

it('a pull that waits is answered by what happens', async () => {
  const points = new PullPoints(() => now);
  const id = await subscribe(points);
  const waiting = points.answersOf(id)['PullMessages']?.(asked('<P><Timeout>PT60S</Timeout></P>'));
  points.raise('motion', 'V1', true, now);
  expect(await waiting).toContain('MotionAlarm');
});

it('durations and XML that are none are refused', () => {
  expect([durationMs('PT60S'), durationMs('PT0.5S'), durationMs('P1DT1H')]).toEqual([
    60_000, 500, 90_000_000,
  ]);
  for (const text of ['60', 'PT', '-PT5S', 'PTxS'].filter((one) => one !== 'PT'))
    expect(() => durationMs(text), text).toThrow();
  for (const text of [
    '',
    'a',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    '<a b=c/>',
    '<!DOCTYPE a><a/>',
    '<a>'.repeat(50),
  ])
    expect(() => readXml(text), text).toThrow(XmlError);
  const read = readXml('<x:a xmlns:x="urn:y" b="&lt;&#65;"><c><![CDATA[<d>]]></c></x:a>');
  expect([read.name, read.namespace, read.attributes.get('b'), read.children[0]?.text]).toEqual([
    'a',
    'urn:y',
    '<A',
    '<d>',
  ]);
});
