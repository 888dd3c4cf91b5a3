import { displayName, type DisplayArea } from '../displays/displays.ts';
import type { RememberedSurface } from '../displays/placement.ts';
import { escapeHtml } from '../../src-shared/escapeHtml.ts';
import { localDocument } from './localDocument.ts';
import { settingsWords, type CredentialPlace, type SettingsMessage } from './settingsWords.ts';
import { talkToggles, type ShellSettings } from './shellSettings.ts';

type Language = ShellSettings['language'];

function status(language: Language, message: SettingsMessage | undefined): string {
  return message === undefined
    ? ''
    : `<p role="status">${escapeHtml(settingsWords[language].messages[message])}</p>`;
}

/** Asks for the supervisor's code; where none was made it says that there is no way out here. */
export function renderCodePage(language: Language, hasCode: boolean, message?: SettingsMessage): string {
  const words = settingsWords[language];
  const field = hasCode
    ? `<p>${escapeHtml(words.codeHint)}</p>
<label>${escapeHtml(words.code)}<br><input type="password" name="code" autocomplete="off" autofocus></label>
<button class="main" name="action" value="code">${escapeHtml(words.open)}</button>`
    : `<p>${escapeHtml(words.noCode)}</p>`;
  return localDocument(
    language,
    words.code,
    `<h1>${escapeHtml(words.title)}</h1>${status(language, message)}
<form method="post" action="/">${field}
<button name="action" value="surface">${escapeHtml(words.back)}</button></form>`,
  );
}

/** Displays, server, language, kiosk and what can be done from here. */
export function renderSettingsPage(options: {
  token: string;
  message: SettingsMessage | undefined;
  settings: ShellSettings;
  placed: readonly RememberedSurface[];
  displays: readonly DisplayArea[];
  isFixed: { surfaces: boolean; hub: boolean };
  credentialPlace?: CredentialPlace | undefined;
  /** Whether this shell hears keys while another program is in front. */
  hasGlobalKeys: boolean;
  /** Whether another program has the key that was chosen to switch talk on and off. */
  isTalkToggleTaken: boolean;
}): string {
  const { token, message, settings, placed, displays, isFixed } = options;
  const { language } = settings;
  const words = settingsWords[language];
  const rows = displays.map((display, index) => {
    const { x, y, width, height } = display.bounds;
    const present = placed.find((one) => one.display === displayName(display));
    const option = (value: keyof typeof words.surfaces): string =>
      `<option value="${value}"${(present?.surface ?? 'none') === value ? ' selected' : ''}>${escapeHtml(words.surfaces[value])}</option>`;
    const scales = [1, 1.25, 1.5, 2, 3].map(
      (scale) =>
        `<option value="${scale}"${(present?.scale ?? 1) === scale ? ' selected' : ''}>${Math.round(scale * 100)}%</option>`,
    );
    return `<tr><td>${index + 1}<input type="hidden" name="display" value="${escapeHtml(displayName(display))}"></td><td>${escapeHtml(display.label ?? String(display.id))}<br><span class="small">${width} × ${height} · (${x}, ${y})</span></td>
<td><select name="surface.${index}" aria-label="${escapeHtml(words.displays)} ${index + 1}">${(['none', 'wall', 'desk', 'showcase'] as const).map(option).join('')}</select></td>
<td><input type="text" name="screen.${index}" value="${escapeHtml(present?.screenId ?? 'main')}" aria-label="${escapeHtml(words.screen)}" maxlength="64"></td>
<td><select name="scale.${index}" aria-label="${escapeHtml(words.scale)}">${scales.join('')}</select></td></tr>`;
  });
  const check = (name: 'kiosk' | 'startAtSignIn'): string =>
    `<label><input type="checkbox" name="${name}"${settings[name] ? ' checked' : ''}> ${escapeHtml(words[name])}</label>`;
  const fixed = (is: boolean): string => (is ? `<p class="small">${escapeHtml(words.fixed)}</p>` : '');
  return localDocument(
    language,
    words.title,
    `<h1>${escapeHtml(words.title)}</h1>${status(language, message)}
<form id="connect" method="post" action="/"><input type="hidden" name="token" value="${escapeHtml(token)}"></form>
<form method="post" action="/"><input type="hidden" name="token" value="${escapeHtml(token)}">
<h2>${escapeHtml(words.displays)}</h2>${fixed(isFixed.surfaces)}
<table><tr class="small"><td></td><td></td><td></td><td>${escapeHtml(words.screen)}</td><td>${escapeHtml(words.scale)}</td></tr>${rows.join('')}</table>
<h2>${escapeHtml(words.server)}</h2>${fixed(isFixed.hub)}
<label><input type="text" name="hub" value="${escapeHtml(settings.hub ?? '')}" aria-label="${escapeHtml(words.server)}" maxlength="300"><br><span class="small">${escapeHtml(words.serverHint)} ${escapeHtml(words.afterStart)}</span></label>
<button form="connect" name="action" value="connect">${escapeHtml(words.connect)}</button>
<h2>${escapeHtml(words.sound)}</h2><p class="small">${escapeHtml(words.soundHint)}</p>
${options.hasGlobalKeys ? talkToggleRow(settings, options.isTalkToggleTaken) : `<p class="small">${escapeHtml(words.noTalkToggle)}</p>`}
<h2>${escapeHtml(words.machine)}</h2>
<label>${escapeHtml(words.language)} <select name="language"><option value="zh-CN"${language === 'zh-CN' ? ' selected' : ''}>中文</option><option value="en"${language === 'en' ? ' selected' : ''}>English</option></select></label>
${check('startAtSignIn')}${check('kiosk')}
${options.credentialPlace === undefined ? '' : `<p class="small">${escapeHtml(words.credential[options.credentialPlace])}</p>`}
<label>${escapeHtml(words.newCode)}<br><input type="password" name="newCode" autocomplete="new-password" maxlength="100"></label>
<button class="main" name="action" value="save">${escapeHtml(words.save)}</button>
<button name="action" value="surface">${escapeHtml(words.back)}</button>
<button name="action" value="test">${escapeHtml(words.test)}</button>
<button name="action" value="support">${escapeHtml(words.support)}</button>
<button name="action" value="leave">${escapeHtml(words.leave)}</button></form>`,
  );
}

function talkToggleRow({ language, talkToggle }: ShellSettings, isTaken: boolean): string {
  const words = settingsWords[language];
  const options = talkToggles.map(
    (key) => `<option value="${key}"${key === talkToggle ? ' selected' : ''}>${key}</option>`,
  );
  const taken = isTaken ? `<p role="alert">${escapeHtml(words.talkToggleTaken)}</p>` : '';
  return `${taken}<label>${escapeHtml(words.talkToggle)} <select name="talkToggle"><option value="">${escapeHtml(words.talkToggleOff)}</option>${options.join('')}</select><br><span class="small">${escapeHtml(words.talkToggleHint)}</span></label>`;
}

/** What was done: a support bundle with its path, or the end of the program. */
export function renderDonePage(language: Language, done: 'bundle' | 'left', path: string): string {
  const words = settingsWords[language];
  const detail =
    done === 'bundle' ? `<p>${escapeHtml(words.bundleHint)}<br><code>${escapeHtml(path)}</code></p>` : '';
  return localDocument(
    language,
    words.title,
    `<h1>${escapeHtml(words[done])}</h1>${detail}<form method="post" action="/"><button class="main" name="action" value="surface">${escapeHtml(words.back)}</button></form>`,
  );
}

/**
 * Lines at the very edges, circles that must be round, grey steps and colours: what is cut off or stretched is seen at once. In the circle
 * stands the number of the display, as the settings and the command line count them; undefined where the window's display is not known.
 */
export function renderTestPicture(language: Language, displayNumber?: number): string {
  const words = settingsWords[language];
  const bars = ['#fff', '#ff0', '#0ff', '#0f0', '#f0f', '#f00', '#00f', '#000'];
  const greys = Array.from({ length: 11 }, (_, step) => `hsl(0 0% ${step * 10}%)`);
  const cells = (colours: string[]): string =>
    colours.map((colour) => `<i style="background:${colour}"></i>`).join('');
  return localDocument(
    language,
    words.test,
    `<div class="edge"></div><div class="circle">${displayNumber ?? ''}</div><div class="bars">${cells(bars)}</div><div class="bars">${cells(greys)}</div>
<form method="post" action="/"><button class="main" name="action" value="surface">${escapeHtml(words.back)}</button></form>`,
    `body { max-width: none; padding: 0; height: 100vh; overflow: hidden; background: repeating-linear-gradient(0deg, #333 0 1px, transparent 1px 5vh), repeating-linear-gradient(90deg, #333 0 1px, transparent 1px 5vw); }
main { height: 100vh; display: grid; align-content: center; justify-items: center; gap: 4vh; }
.edge { position: fixed; inset: 0; border: 2px solid #fff; pointer-events: none; }
.circle { display: grid; place-items: center; font-size: 24vmin; line-height: 1; width: 40vmin; height: 40vmin; border: 3px solid #fff; border-radius: 50%; }
.bars { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; width: 80vw; height: 10vh; }
form { position: fixed; right: 2vmin; bottom: 2vmin; }`,
  );
}
