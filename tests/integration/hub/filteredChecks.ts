import type { InputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { expectedRequests } from '../../unit/sfu/authorityTables.ts';

/** The requests whose handlers answer by the scope of the asker (`filtered` in requestScopes.ts). */
export const filteredRequests = Object.entries(expectedRequests)
  .filter(([, [, about]]) => about === 'filtered')
  .map(([name]) => name);

/** What the stage of the test has of the county and of another district. */
export interface Stage {
  alerts: Record<'own' | 'other', string>;
  cameraIds: Record<'own' | 'other', string>;
}

/** How the answer to one request is checked. Who asks is a supervisor of the county, or the phone of its site. */
export type FilteredCheck = {
  name: RequestName;
  who: 'county' | 'site';
} & (
  | {
      /** The answer has these of the county; that to the whole city's desk has `theirs` as well. */
      input: object;
      mine: readonly string[];
      theirs: readonly string[];
    }
  /** The request decides about a thing: another district's is refused by this word, the county's is not. */
  | { own: object; other: object; refusal: string }
  /** About another district's thing the answer is empty; about the county's it has this word, where one is named. */
  | { own: object; other: object; ownHas: string | undefined }
);

/** A check of each filtered request: a new one without a check fails the test. */
export function filteredChecks({ alerts, cameraIds }: Stage): FilteredCheck[] {
  const lists = <Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
    mine: string,
    theirs: string,
    who: FilteredCheck['who'] = 'county',
  ): FilteredCheck => ({ name, who, input, mine: [mine], theirs: [theirs] });
  const decides = <Name extends RequestName>(
    name: Name,
    input: (of: 'own' | 'other') => InputOf<Name>,
    refusal: string,
    who: FilteredCheck['who'] = 'county',
  ): FilteredCheck => ({ name, who, own: input('own'), other: input('other'), refusal });
  const isEmpty = <Name extends RequestName>(
    name: Name,
    input: (of: 'own' | 'other') => InputOf<Name>,
    ownHas: string | undefined,
    who: FilteredCheck['who'] = 'county',
  ): FilteredCheck => ({ name, who, own: input('own'), other: input('other'), ownHas });
  const squadOf = { own: 'squad:wenquan', other: 'squad:yongan' };
  const shiftOf = { own: 'shift-own', other: 'shift-other' };
  const filter = {};
  return [
    decides(
      'media:consume',
      (of) => ({
        streamId: of === 'own' ? 'bodycam:ann' : 'bodycam:chen',
        ...{ transportId: 't', kind: 'video', rtpCapabilities: { codecs: [], headerExtensions: [] } },
      }),
      'forbidden',
    ),
    lists('cameras:readDirectory', {}, 'camera-own', 'camera-other'),
    lists('cameras:readHealth', {}, cameraIds.own, cameraIds.other),
    lists('board:readFigures', { period: 'today' }, '咸安食堂', '通城食堂'),
    lists('shifts:list', {}, '县班长', '通城班长'),
    decides('shifts:read', (of) => ({ shiftId: shiftOf[of] }), 'shifts.no_such_shift'),
    decides(
      'shifts:writeNote',
      (of) => ({ noteId: `note-${of}`, shiftId: shiftOf[of], text: '巡查' }),
      'shifts.no_such_shift',
    ),
    decides(
      'shifts:work',
      (of) => ({ commandId: `w-${of}`, shiftId: shiftOf[of], deed: { type: 'steppedBack' } }),
      'shifts.no_such_shift',
    ),
    decides(
      'shifts:override',
      (of) => ({ commandId: `o-${of}`, shiftId: shiftOf[of], reason: '交班' }),
      'shifts.no_such_shift',
    ),
    lists('alerts:search', { filter, limit: 50 }, '咸安食堂', '通城食堂'),
    lists('alerts:readStatistics', { filter }, '咸安食堂', '通城食堂'),
    lists('map:readSites', {}, '咸安食堂', '通城食堂'),
    decides('attachments:list', (of) => ({ owner: { kind: 'order', id: `order-${of}` } }), 'not_found'),
    lists('whip:listDevices', {}, 'recorder of ann', 'recorder of chen'),
    lists('orders:search', { limit: 50 }, 'order-own', 'order-other'),
    lists('orders:rank', { orderId: 'order-own' }, '"ann"', '"chen"'),
    lists('findings:search', { limit: 50 }, '咸安食堂', '通城食堂'),
    lists('findings:listOffenders', {}, '咸安食堂', '通城食堂'),
    lists('findings:falseAlarmRates', { days: 7 }, cameraIds.own, cameraIds.other),
    lists('findings:readOwn', {}, 'finding-own-1', 'finding-other-1', 'site'),
    isEmpty('findings:getOwnPictures', (of) => ({ findingId: `finding-${of}-1` }), 'jpeg', 'site'),
    decides(
      'findings:answerOwn',
      (of) => ({
        reports: [
          {
            ...{ reportId: `answer-${of}`, findingId: `finding-${of}-1`, revision: 1, ageMs: 0 },
            deed: { type: 'answer', answer: { kind: 'corrected', words: '已整改' } },
          },
        ],
      }),
      'no_such_finding',
      'site',
    ),
    lists('sites:readAlerts', {}, alerts.own, alerts.other, 'site'),
    decides('sites:getAlertPicture', (of) => ({ alertId: alerts[of] }), 'not_found', 'site'),
    decides(
      'sites:report',
      (of) => ({
        reports: [{ reportId: `seen-${of}`, report: { type: 'seen', alertId: alerts[of] }, ageMs: 0 }],
      }),
      'no_such_alert',
      'site',
    ),
    decides(
      'talk:requestFloor',
      (of) => ({ groupId: squadOf[of], press: 1, priority: 'normal' }),
      'talk.not_in_group',
    ),
    decides('talk:confirmFloor', (of) => ({ groupId: squadOf[of], epoch: 1 }), 'talk.not_in_group'),
    isEmpty('talk:releaseFloor', (of) => ({ groupId: squadOf[of], press: 1 }), undefined),
    lists('talk:readHistory', { limit: 50 }, squadOf.own, squadOf.other),
    lists('squads:listEmergencies', {}, 'sos-own', 'sos-other'),
  ];
}
