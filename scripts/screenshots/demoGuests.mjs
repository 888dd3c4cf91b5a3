import { randomUUID } from 'node:crypto';

import { openCaseDesk } from '../../src-sim/sites/caseDesk.ts';
import { demoSquads } from '../../src-sim/squads/demoSquads.ts';

const memberId = 'picture-phone';
const waitsMs = 60_000;

/**
 * Who is not at a desk: a member with a phone of its own, and a kitchen's own people.
 * @typedef {object} DemoGuests
 * @property {string} phonePath path of the page that signs the member's phone in, once
 * @property {string} sitePath path of the page of a kitchen that has an open alert, once
 * @property {() => Promise<void>} sendOrder gives the member the order of that alert, when the phone is on duty
 * @property {() => void} close
 */

/**
 * Invites them to a demo that runs, with its supervisor's account.
 * @param {string} hubUrl
 * @returns {Promise<DemoGuests>}
 */
export async function inviteGuests(hubUrl) {
  const desk = await openCaseDesk(hubUrl, 'demo-supervisor', new AbortController().signal);
  const [squad] = demoSquads;
  dataOf(
    await desk.request('squads:saveMember', { member: { memberId, squadId: squad.squadId, name: '李明' } }),
  );
  const phone = dataOf(await desk.request('squads:makeSignInCode', { memberId }));
  const alert = await desk.until('an alert of a kitchen', () => newestAlert(desk.alerts()), waitsMs);
  const { siteId, siteName, siteNameEn, cameraId, district, latitude, longitude } = alert.place;
  const link = dataOf(await desk.request('sites:makeLink', { siteId, forWhom: '张经理' }));
  return {
    phonePath: phone.path,
    sitePath: link.path,
    async sendOrder() {
      const place = { name: siteName, nameEn: siteNameEn, district, siteId, cameraId, latitude, longitude };
      const content = {
        kind: 'alert',
        alertId: alert.alertId,
        priority: alert.class,
        place,
        instructions: '到场核实，拍照，督促整改。',
        checklist: [],
      };
      const crew = { memberIds: [memberId], inChargeId: memberId };
      dataOf(await desk.request('orders:create', { orderId: randomUUID(), content, crew }));
    },
    close: desk.close,
  };
}

/**
 * The newest that nobody works at, of a kitchen whose place is known.
 * @param {import('../../src-shared/alerts/alertView.ts').Alert[]} alerts
 */
function newestAlert(alerts) {
  return alerts
    .filter(
      ({ state, place }) => state === 'new' && place?.latitude !== undefined && place.cameraId !== undefined,
    )
    .sort((one, other) => other.raisedAtMs - one.raisedAtMs)[0];
}

/**
 * @template T
 * @param {import('../../src-shared/protocol/define.ts').Ack<T>} answer
 * @returns {T}
 */
function dataOf(answer) {
  if (!answer.ok) throw new Error(`The demo refused a guest of the pictures: ${answer.message}`);
  return answer.data;
}
