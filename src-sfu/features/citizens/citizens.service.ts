import { createHash } from 'node:crypto';
import type { FollowedReport, ReportReceipt } from '../../../src-shared/citizens/citizenPage.ts';
import { newReportProgress, reportStage, sameReportMs } from '../../../src-shared/citizens/citizenReport.ts';
import {
  cleanReportText,
  lengthOfText,
  maxReportText,
  sameTextKey,
  type ReportProblem,
} from '../../../src-shared/citizens/reportForm.ts';
import type { CitizenReport } from '../../../src-shared/citizens/citizens.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import { codeFrom, hashOf, plainCode } from '../../base/secrets.ts';
import { createSequence } from '../../base/sequence.ts';
import { createWrongCodes } from '../../base/wrongCodes.ts';
import type { Logger } from '../../logger.ts';
import { nextRecord, type CitizenBook } from './citizenBook.ts';
import { createCitizenLimits, type CitizenLimits } from './citizenLimits.ts';
import type { CitizenAlerts, CleanPhoto, PublicSitePlace } from './citizens.ports.ts';
import type { CitizenRecord, CitizensRepository } from './citizens.repository.ts';

/** What a page sent, as it came. */
export interface SentReport {
  /** Of the page's making; a repeat has the same. */
  sentId: string;
  siteCode: string;
  text: string;
  photo?: Buffer;
  address: string;
}

/** What became of a report: by this word it is counted. */
export const reportResults = ['received', 'joined', 'repeated', 'limited', 'refused', 'not_stored'] as const;
export type ReportResult = (typeof reportResults)[number];

export type Problem = { ok: false; problem: ReportProblem; retryAfterSeconds?: number };
export type Received = { ok: true; receipt: ReportReceipt } | Problem;

/** Reports of citizens from their arrival to their answer. */
export interface CitizensService {
  /** Counts a form that is about to be read. */
  mayRead(address: string): Problem | undefined;
  /** Durable when it resolves without a problem. */
  receive(sent: SentReport): Promise<Received>;
  /** `sender` names the request, so that it waits for its turn once while somebody guesses codes. */
  follow(
    code: string,
    address: string,
    sender: string,
  ): Promise<{ ok: true; report: FollowedReport } | Problem>;
  /** The connection of the request is over. */
  senderGone(sender: string): void;
  ofAlert(alertId: string): Promise<CitizenReport[]>;
  find(reportId: string): Promise<CitizenReport | undefined>;
  answer(reportIds: readonly string[], text: string, by: string): Promise<Ack<OutputOf<'citizens:answer'>>>;
  /** Notes a form that was refused before it was read as a report. */
  count(result: ReportResult): void;
  results(): Record<ReportResult, number>;
}

/** Photographs that wait to be decoded; each takes a core for a fraction of a second. */
const maxWaitingPhotos = 8;
/** Reports without an answer; more are no reports that people could answer. */
const maxOpen = 5_000;
const shownReports = 200;
/** When to try again where more codes wait than there is room for: by then as many as wait are checked. */
const guessedRetrySeconds = 7;

export function createCitizensService(options: {
  book: CitizenBook;
  repository: CitizensRepository;
  alerts: Pick<CitizenAlerts, 'savePicture'>;
  /** The site of a public code, where it agreed and still does. */
  openSite(code: string): PublicSitePlace | undefined;
  cleanPhoto: CleanPhoto;
  logger: Pick<Logger, 'error'>;
  nowMs(): number;
  limits?: CitizenLimits;
}): CitizensService {
  const { book, repository, nowMs } = options;
  const limits = options.limits ?? createCitizenLimits(nowMs);
  const wrongCodes = createWrongCodes(nowMs);
  const photos = createSequence();
  let waitingPhotos = 0;
  const results = Object.fromEntries(reportResults.map((name) => [name, 0])) as Record<ReportResult, number>;

  const cleaned = async (photo: Buffer): Promise<{ ok: true; jpeg: Buffer } | Problem> => {
    if (waitingPhotos >= maxWaitingPhotos) return { ok: false, problem: 'busy', retryAfterSeconds: 10 };
    waitingPhotos += 1;
    try {
      const found = await photos.exclusive(() => options.cleanPhoto(photo));
      if (found.ok) return found;
      return {
        ok: false,
        problem:
          found.rejection === 'heic'
            ? 'photo_heic'
            : found.rejection === 'too_many_pixels'
              ? 'photo_too_large'
              : 'photo_unreadable',
      };
    } finally {
      waitingPhotos -= 1;
    }
  };

  /** What the same sentence or the same photograph about the same site belongs to. A new photograph is news. */
  const sameAs = (
    siteId: string,
    text: string,
    pictureHash: string | undefined,
  ): CitizenRecord | undefined => {
    const key = sameTextKey(text);
    return [...book.open()].find(
      ({ report }) =>
        report.siteId === siteId &&
        report.alertId !== undefined &&
        nowMs() - report.receivedAtMs < sameReportMs &&
        (pictureHash === undefined
          ? sameTextKey(report.text) === key && (key !== '' || report.text === text)
          : report.pictureHash === pictureHash),
    );
  };

  const receive = async (sent: SentReport): Promise<{ result: ReportResult; answer: Received }> => {
    const refused = (problem: Problem, result: ReportResult = 'refused') => ({ result, answer: problem });
    const text = cleanReportText(sent.text);
    if (text === '') return refused({ ok: false, problem: 'text_missing' });
    if (lengthOfText(text) > maxReportText) return refused({ ok: false, problem: 'text_too_long' });
    const reportId = hashOf(`citizen report ${sent.sentId}`).slice(0, 40);
    // The code follows from what only its sender knows, so that a repeat is answered with the same one.
    const code = codeFrom(`citizen code ${sent.sentId}`);
    const contentHash = hashOf(
      JSON.stringify([plainCode(sent.siteCode), text, sent.photo === undefined ? '' : digest(sent.photo)]),
    );
    const known = await repository.find(reportId);
    if (known !== undefined && known.contentHash !== contentHash)
      return refused({ ok: false, problem: 'id_reused' });
    const receiptOf = ({ report }: CitizenRecord): Received => ({
      ok: true,
      receipt: { code, receivedAtMs: report.receivedAtMs, dueAtMs: report.dueAtMs },
    });
    if (known !== undefined && (known.report.alertId ?? known.sameAs) !== undefined)
      return { result: 'repeated', answer: receiptOf(known) };
    const site = options.openSite(sent.siteCode);
    if (site === undefined) return refused({ ok: false, problem: 'no_such_site' });
    const over = known === undefined ? limits.check(sent.address, site.siteId) : undefined;
    if (over !== undefined) return refused({ ok: false, ...over }, 'limited');
    const photo = sent.photo === undefined ? undefined : await cleaned(sent.photo);
    if (photo?.ok === false) return refused(photo, photo.problem === 'busy' ? 'limited' : 'refused');

    return book.exclusive(async () => {
      const again = await repository.find(reportId);
      if (again !== undefined && (again.report.alertId ?? again.sameAs) !== undefined)
        return { result: 'repeated', answer: receiptOf(again) };
      if (again === undefined) {
        const isFull = [...book.open()].length >= maxOpen;
        if (isFull) return refused({ ok: false, problem: 'too_many', retryAfterSeconds: 3_600 }, 'limited');
        const tooMany = limits.take(sent.address, site.siteId);
        if (tooMany !== undefined) return refused({ ok: false, ...tooMany }, 'limited');
      }
      const pictureHash = photo === undefined ? undefined : digest(photo.jpeg);
      if (pictureHash !== undefined && photo !== undefined)
        await options.alerts.savePicture(pictureHash, photo.jpeg);
      const { siteId, siteName, siteNameEn, siteType, district } = site.place;
      const record: CitizenRecord = again ?? {
        report: {
          reportId,
          revision: 1,
          siteId,
          siteName,
          ...(siteNameEn === undefined ? {} : { siteNameEn }),
          siteType,
          district,
          text,
          ...(pictureHash === undefined ? {} : { pictureHash }),
          ...newReportProgress(nowMs()),
        },
        codeHash: hashOf(plainCode(code)),
        contentHash,
      };
      const audit = {
        atMs: nowMs(),
        actor: 'public',
        action: 'citizens:receive',
        subject: reportId,
        detail: { siteId, hasPicture: pictureHash !== undefined },
      } as const;
      const same = again === undefined ? sameAs(siteId, text, pictureHash) : undefined;
      if (same !== undefined) {
        const repeated = nextRecord(same, { type: 'repeated' }, nowMs()) ?? same;
        const own: CitizenRecord = {
          ...record,
          report: { ...record.report, dueAtMs: same.report.dueAtMs },
          sameAs: same.report.reportId,
        };
        await book.keep([repeated, own], [audit]);
        return { result: 'joined', answer: receiptOf(own) };
      }
      if (again === undefined) await book.keep([record], [audit]);
      return { result: 'received', answer: receiptOf(await book.raise(record)) };
    });
  };

  return {
    mayRead(address) {
      const over = limits.form(address);
      if (over === undefined) return undefined;
      results.limited += 1;
      return { ok: false, ...over };
    },
    async receive(sent) {
      try {
        const { result, answer } = await receive(sent);
        results[result] += 1;
        return answer;
      } catch (error) {
        results.not_stored += 1;
        options.logger.error({ err: error }, 'a report of a citizen could not be stored');
        return { ok: false, problem: 'not_stored', retryAfterSeconds: 60 };
      }
    },
    async follow(code, address, sender) {
      if (!(await wrongCodes.turn(address, sender)))
        return { ok: false, problem: 'too_many_from_here', retryAfterSeconds: guessedRetrySeconds };
      const record = await repository.findByCode(hashOf(plainCode(code)));
      if (record === undefined) {
        wrongCodes.note(address);
        return { ok: false, problem: 'no_such_code' };
      }
      const original = record.sameAs === undefined ? record : await repository.find(record.sameAs);
      return { ok: true, report: followed(record.report, original?.report ?? record.report) };
    },
    senderGone: wrongCodes.gone,
    ofAlert: (alertId) => repository.ofAlert(alertId, shownReports),
    find: async (reportId) => (await repository.find(reportId))?.report,
    answer: (reportIds, text, by) =>
      book.exclusive(async () => {
        const records = (
          await Promise.all([...new Set(reportIds)].map((reportId) => repository.find(reportId)))
        ).filter((record) => record !== undefined);
        if (records.length === 0) {
          return refuse('not_found', 'There is no such report (any more).', {
            reason: 'citizens.no_such_report',
          });
        }
        const answered = records.flatMap(
          (record) => nextRecord(record, { type: 'answered', by, text }, nowMs()) ?? [],
        );
        const isRepeat = records.every(
          ({ report }) => report.answered?.text === text && report.answered.by === by,
        );
        if (answered.length === 0 && !isRepeat) {
          return refuse('conflict', 'Somebody has answered this report already.', {
            reason: 'citizens.answered_already',
          });
        }
        await book.keep(
          answered,
          answered.map(({ report: { reportId, siteId } }) => ({
            atMs: nowMs(),
            actor: by,
            action: 'citizens:answer',
            subject: reportId,
            detail: { siteId, text },
          })),
        );
        const now = new Map(answered.map((record) => [record.report.reportId, record]));
        return ok({
          reports: records.map((record) => (now.get(record.report.reportId) ?? record).report),
          answeredIds: isRepeat ? records.map(({ report }) => report.reportId) : [...now.keys()],
        });
      }),
    count: (result) => void (results[result] += 1),
    results: () => ({ ...results }),
  };
}

/** What its sender sees: how far it is, and the answer. Who wrote that, and which alert and order there are, is not in it. */
function followed(own: CitizenReport, original: CitizenReport): FollowedReport {
  const { lookedIntoAtMs, answered } = original;
  return {
    siteName: own.siteName,
    ...(own.siteNameEn === undefined ? {} : { siteNameEn: own.siteNameEn }),
    stage: reportStage(original),
    receivedAtMs: own.receivedAtMs,
    dueAtMs: original.dueAtMs,
    ...(lookedIntoAtMs === undefined ? {} : { lookedIntoAtMs: Math.max(lookedIntoAtMs, own.receivedAtMs) }),
    ...(answered === undefined ? {} : { answeredAtMs: answered.atMs, answer: answered.text }),
  };
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
