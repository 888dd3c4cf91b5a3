/** The search of the alert history, as the form has it and as the hub expects it. Pure. */
import { alertStates, type AlertStateName } from '../../../src-shared/alerts/alert.ts';
import type { AlertClass } from '../../../src-shared/alerts/alertKinds.ts';
import type { AlertFilter } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import { parseMoment } from '../../ui/moments.ts';

export { parseMoment };

/** Spans that end now, and one's own. */
export const historySpans = ['today', 'day', 'week', 'month', 'own'] as const;
export type HistorySpan = (typeof historySpans)[number];

/** The form: empty lists and undefined mean everything. */
export interface HistoryForm {
  span: HistorySpan;
  /** As typed, `2026-11-23 08:00`; only for one's own span. */
  from: string;
  to: string;
  classes: readonly AlertClass[];
  states: readonly AlertStateName[];
  kindId: string | undefined;
  district: District | undefined;
  /** Words of sites and cameras, as in the camera finder. */
  words: string;
  /** Only alerts of cameras that the registry does not know. */
  unknownCamera: boolean;
}

export const emptyForm: HistoryForm = {
  span: 'day',
  from: '',
  to: '',
  classes: [],
  states: [],
  kindId: undefined,
  district: undefined,
  words: '',
  unknownCamera: false,
};

/** Why a form cannot be searched for. */
export type FormProblem = 'bad_from' | 'bad_to' | 'no_such_camera' | 'too_many_cameras';

/** The filter as the hub expects it. */
const mostCameras = 200;
const hourMs = 3_600_000;
const spanMs = { day: 24 * hourMs, week: 7 * 24 * hourMs, month: 30 * 24 * hourMs } as const;

/** The filter of a form. `findCameras` answers words with the cameras they name, and how many there are in all. */
export function filterOf(
  form: HistoryForm,
  nowMs: number,
  findCameras: (words: string, limit: number) => { cameraIds: string[]; total: number },
): { ok: true; filter: AlertFilter } | { ok: false; problem: FormProblem } {
  const filter: AlertFilter = {};
  if (form.span === 'own') {
    const fromMs = parseMoment(form.from);
    const toMs = parseMoment(form.to);
    if (form.from.trim() !== '' && fromMs === undefined) return { ok: false, problem: 'bad_from' };
    if (form.to.trim() !== '' && (toMs === undefined || (fromMs !== undefined && toMs <= fromMs))) {
      return { ok: false, problem: 'bad_to' };
    }
    if (fromMs !== undefined) filter.fromMs = fromMs;
    if (toMs !== undefined) filter.toMs = toMs;
  } else {
    filter.fromMs =
      form.span === 'today' ? new Date(nowMs).setHours(0, 0, 0, 0) : Math.floor(nowMs) - spanMs[form.span];
  }
  if (form.classes.length > 0) filter.classes = [...form.classes];
  if (form.states.length > 0) filter.states = alertStates.filter((state) => form.states.includes(state));
  if (form.kindId !== undefined) filter.kindIds = [form.kindId];
  if (form.district !== undefined) filter.districts = [form.district];
  if (form.unknownCamera) filter.unknownCamera = true;
  if (form.words.trim() !== '') {
    const { cameraIds, total } = findCameras(form.words, mostCameras);
    if (total > mostCameras) return { ok: false, problem: 'too_many_cameras' };
    // An empty list would mean every camera.
    if (cameraIds.length === 0) return { ok: false, problem: 'no_such_camera' };
    filter.cameraIds = cameraIds;
  }
  return { ok: true, filter };
}

/** The address of the export of what a filter finds. */
export function csvAddress(filter: AlertFilter, language: string, encoding: 'utf-8' | 'gb18030'): string {
  const query = new URLSearchParams();
  const add = (name: string, value: number | readonly (string | number)[] | undefined): void => {
    if (value !== undefined) query.set(name, String(value));
  };
  add('fromMs', filter.fromMs);
  add('toMs', filter.toMs);
  add('kinds', filter.kindIds);
  add('classes', filter.classes);
  add('states', filter.states);
  add('districts', filter.districts);
  add('cameras', filter.cameraIds);
  if (filter.unknownCamera === true) query.set('unknownCamera', 'true');
  query.set('language', language === 'en' ? 'en' : 'zh-CN');
  query.set('encoding', encoding);
  return `/api/v1/alerts.csv?${query}`;
}
