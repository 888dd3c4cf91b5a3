import { randomBytes } from 'node:crypto';
import { parseHubAddress } from '../hub/hubAddress.ts';
import {
  displayName,
  orderDisplays,
  setOfDisplays,
  type DisplayArea,
  type DisplaySource,
} from '../displays/displays.ts';
import type { RememberedSurface } from '../displays/placement.ts';
import { createConnectPages, type HubFinder } from './connectPages.ts';
import { createCodeDoor, makeKioskCode, shortestKioskCode } from './kioskCode.ts';
import { talkToggles, type SettingsFile, type ShellSettings } from './shellSettings.ts';
import { renderCodePage, renderDonePage, renderSettingsPage, renderTestPicture } from './settingsView.ts';
import type { CredentialPlace, SettingsMessage } from './settingsWords.ts';

/** A request of one of the shell's own pages. `form` is as a browser sends it: `name=value&…`. */
export interface LocalRequest {
  method: string;
  path: string;
  form: string;
  /** The display of the window that asks, where that is known. */
  displayId?: DisplayArea['id'] | undefined;
}

/** What the shell answers; `surface`: the window shows its surface again. */
export type LocalAnswer =
  { kind: 'page'; html: string } | { kind: 'moved'; path: string } | { kind: 'surface' };

/** The pages that the shell shows itself, in either of its implementations. */
export interface LocalPages {
  answer(request: LocalRequest): Promise<LocalAnswer>;
}

/** Pages without scripts, that nothing keeps and nothing embeds. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
} as const;

/** How long somebody may leave the settings open. */
const visitMs = 10 * 60_000;
/** A form of all displays is some kilobytes. */
const maxFormLength = 64 * 1024;

export interface SettingsPagesOptions {
  settings: SettingsFile;
  displays: Pick<DisplaySource, 'read'>;
  /** What is asked for by name on the command line, which wins over what is remembered. */
  isFixed: { surfaces: boolean; hub: boolean };
  isKiosk(): boolean;
  /** What stands on the displays now, which the window begins with. */
  placed(): readonly RememberedSurface[];
  /** Other choices were saved: the windows are placed again. */
  onChanged(): void;
  finder: HubFinder;
  /** Whether this shell hears keys while another program is in front. */
  hasGlobalKeys?: boolean;
  /** Whether another program has the key that was chosen to switch talk on and off. */
  isTalkToggleTaken?: () => boolean;
  /** Where the credentials of this machine lie; for `browser` the page has a sentence of its own. */
  credentialPlace?: () => CredentialPlace | undefined;
  /** Makes a support bundle; resolves to its path. */
  makeBundle(): Promise<string>;
  startAtSignIn(on: boolean): void;
  /** Ends the shell: the way out of a kiosk. */
  leave(): void;
  nowMs?: () => number;
}

/** The settings window, which is a kiosk's way out as well: there it asks for the supervisor's code first. */
export function createSettingsPages(options: SettingsPagesOptions): LocalPages {
  const { settings, nowMs = Date.now } = options;
  const door = createCodeDoor(nowMs);
  const connectPages = createConnectPages({ settings, finder: options.finder });
  /** Proofs that a form came from a page of ours, and that its user knew the code. */
  const visits = new Map<string, number>();

  const isOpen = (token: string | null): boolean => {
    for (const [known, untilMs] of visits) if (untilMs <= nowMs()) visits.delete(known);
    return token !== null && visits.has(token);
  };
  const newVisit = (): string => {
    const token = randomBytes(16).toString('hex');
    visits.set(token, nowMs() + visitMs);
    return token;
  };
  const page = (html: string): LocalAnswer => ({ kind: 'page', html });
  const showSettings = async (token: string, message?: SettingsMessage): Promise<LocalAnswer> => {
    const { displays } = await options.displays.read();
    return page(
      renderSettingsPage({
        token,
        message,
        settings: settings.read(),
        placed: options.placed(),
        displays: orderDisplays(displays),
        isFixed: options.isFixed,
        credentialPlace: options.credentialPlace?.(),
        hasGlobalKeys: options.hasGlobalKeys === true,
        isTalkToggleTaken: options.isTalkToggleTaken?.() === true,
      }),
    );
  };
  const showTestPicture = async (displayId: DisplayArea['id'] | undefined): Promise<LocalAnswer> => {
    const { displays } = await options.displays.read();
    const index = orderDisplays(displays).findIndex(({ id }) => id === displayId);
    return page(renderTestPicture(settings.read().language, index < 0 ? undefined : index + 1));
  };
  const askCode = (message?: SettingsMessage): LocalAnswer =>
    page(renderCodePage(settings.read().language, settings.read().kioskCode !== undefined, message));
  /** A kiosk lets nobody in without a code, also where none was made. */
  const needsCode = (): boolean => options.isKiosk() || settings.read().kioskCode !== undefined;

  const tryCode = (code: string): LocalAnswer | Promise<LocalAnswer> => {
    const stored = settings.read().kioskCode;
    if (stored === undefined) return askCode();
    const tried = door.open(stored, code);
    if (tried.result === 'right') return showSettings(newVisit());
    return askCode(tried.result === 'wait' ? 'waitForCode' : 'wrongCode');
  };
  const save = async (token: string, form: URLSearchParams): Promise<LocalAnswer> => {
    const { displays } = await options.displays.read();
    const read = readForm(form, orderDisplays(displays).map(displayName));
    if ('fault' in read) return showSettings(token, read.fault);
    try {
      const { hub } = read.changes;
      // Another server was not compared yet.
      settings.change({
        ...read.changes,
        ...(hub === settings.read().hub ? {} : { hubAuthority: undefined }),
      });
      if (!options.isFixed.surfaces && !isAsShown(read.surfaces, options.placed())) {
        const chosenAtMs = nowMs();
        settings.remember({ displays: setOfDisplays(displays), surfaces: read.surfaces, chosenAtMs });
      }
      options.startAtSignIn(settings.read().startAtSignIn);
    } catch {
      return showSettings(token, 'notSaved');
    }
    options.onChanged();
    return showSettings(token, 'saved');
  };

  return {
    async answer({ method, path, form: text, displayId }) {
      const { language } = settings.read();
      if (text.length > maxFormLength) return { kind: 'moved', path: '/' };
      const form = new URLSearchParams(text);
      if (method !== 'POST') {
        if (path === '/surface') return { kind: 'surface' };
        if (path === '/test') return showTestPicture(displayId);
        return needsCode() ? askCode() : showSettings(newVisit());
      }
      const action = form.get('action');
      if (action === 'surface') return { kind: 'surface' };
      if (action === 'code') return tryCode(form.get('code') ?? '');
      const token = form.get('token');
      if (token === null || !isOpen(token)) return { kind: 'moved', path: '/' };
      if (action === 'save') return save(token, form);
      if (action === 'test') return { kind: 'moved', path: '/test' };
      if (action === 'support') {
        const made = await options.makeBundle().catch(() => undefined);
        return made === undefined
          ? showSettings(token, 'noBundle')
          : page(renderDonePage(language, 'bundle', made));
      }
      if (action === 'leave') {
        options.leave();
        return page(renderDonePage(language, 'left', ''));
      }
      const connecting = await connectPages.answer(action ?? '', token, form);
      if (connecting === undefined) return showSettings(token);
      if (connecting === 'saved') return showSettings(token, 'hubSaved');
      return connecting === 'notSaved' ? showSettings(token, 'notSaved') : page(connecting);
    },
  };
}

/**
 * Whether two windows stand on one display and the form, which has one row for each display, leaves it at that: remembering it would
 * close the second window.
 */
function isAsShown(chosen: readonly RememberedSurface[], placed: readonly RememberedSurface[]): boolean {
  const shown = placed.filter(
    ({ display }, index) => placed.findIndex((one) => one.display === display) === index,
  );
  const nameOf = ({ surface, screenId, scale = 1, display }: RememberedSurface): string =>
    [display, surface, screenId, scale].join('\n');
  return (
    shown.length < placed.length &&
    chosen.map(nameOf).toSorted().join('\n') === shown.map(nameOf).toSorted().join('\n')
  );
}

type Changes = Partial<Omit<ShellSettings, 'version' | 'arrangements'>>;

/** What a form of the settings says; the first thing in it that cannot be used. */
function readForm(
  form: URLSearchParams,
  displays: readonly string[],
): { changes: Changes; surfaces: RememberedSurface[] } | { fault: SettingsMessage } {
  const surfaces: RememberedSurface[] = [];
  const keys = new Set<string>();
  // A row is about the display that stood there when the page was shown.
  const shown = form.getAll('display');
  if (shown.length > 0 && shown.join('\n') !== displays.join('\n')) return { fault: 'displaysChanged' };
  for (const [index, display] of displays.entries()) {
    const surface = form.get(`surface.${index}`) ?? 'none';
    if (surface === 'none') continue;
    if (surface !== 'wall' && surface !== 'desk' && surface !== 'showcase') return { fault: 'notSaved' };
    const screenId = (form.get(`screen.${index}`) ?? '').trim() || 'main';
    if (surface === 'wall' && !/^[\w.-]{1,64}$/.test(screenId)) return { fault: 'wrongScreen' };
    const scale = Number(form.get(`scale.${index}`) ?? 1);
    const key = surface === 'wall' ? `wall:${screenId}` : surface;
    if (keys.has(key)) return { fault: 'sameTwice' };
    keys.add(key);
    surfaces.push({
      surface,
      display,
      ...(surface === 'wall' ? { screenId } : {}),
      ...(scale >= 0.5 && scale <= 4 && scale !== 1 ? { scale } : {}),
    });
  }
  const named = (form.get('hub') ?? '').trim();
  const hub = named === '' ? undefined : parseHubAddress(named);
  if (named !== '' && hub === undefined) return { fault: 'wrongHub' };
  const kiosk = form.get('kiosk') === 'on';
  const talkToggle = talkToggles.find((key) => key === form.get('talkToggle'));
  const code = form.get('newCode') ?? '';
  if (code !== '' && code.length < shortestKioskCode) return { fault: 'shortCode' };
  return {
    surfaces,
    changes: {
      hub: hub?.origin,
      ...(form.has('language') ? { languageIsChosen: true } : {}),
      language: form.get('language') === 'en' ? 'en' : 'zh-CN',
      kiosk,
      ...(form.has('talkToggle') ? { talkToggle } : {}),
      startAtSignIn: form.get('startAtSignIn') === 'on',
      ...(code === '' ? {} : { kioskCode: makeKioskCode(code) }),
    },
  };
}
