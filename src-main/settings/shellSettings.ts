import { readFileSync, renameSync } from 'node:fs';
import { z } from 'zod';
import type { Arrangement } from '../displays/placement.ts';
import { writeFileAtomically } from './atomicFile.ts';
import { kioskCodeSchema } from './kioskCode.ts';

/** Electron's names of the keys that may switch the talk key on and off from any window. */
export const talkToggles = ['Control+Alt+T', 'Control+Alt+Space', 'F13', 'F14', 'Scrolllock'] as const;
export type TalkToggleKey = (typeof talkToggles)[number];

/** Sets of displays that are remembered; the ones that were chosen longest ago go first. */
const maxArrangements = 32;
const displayName = z.string().min(1).max(200);
const screenId = z.string().regex(/^[\w.-]{1,64}$/);

const arrangementSchema = z.object({
  displays: z.array(displayName).max(64),
  surfaces: z
    .array(
      z.object({
        surface: z.enum(['wall', 'desk', 'showcase']),
        screenId: screenId.optional(),
        display: displayName,
        scale: z.number().min(0.5).max(4).optional(),
      }),
    )
    .max(64),
  chosenAtMs: z.number(),
});

const settingsSchema = z.object({
  version: z.literal(1).default(1),
  language: z.enum(['zh-CN', 'en']).default('zh-CN'),
  /** Whether somebody chose the language here; until then walls have the one of their own page. */
  languageIsChosen: z.boolean().default(false),
  /** The hub on the network; left out: the one of this machine. */
  hub: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .optional(),
  /** PEM of the authority by which that hub is recognised; left out: by what this machine trusts. */
  hubAuthority: z.string().max(8_192).optional(),
  kiosk: z.boolean().default(false),
  /** With which a supervisor leaves the kiosk. */
  kioskCode: kioskCodeSchema.optional(),
  startAtSignIn: z.boolean().default(false),
  /** The key of the whole machine that switches the talk key of the desk on and off; left out: none. Electron alone has one. */
  talkToggle: z.enum(talkToggles).optional(),
  arrangements: z.array(arrangementSchema).max(maxArrangements).default([]),
});

/** What is remembered on this machine between two starts of the shell. */
export type ShellSettings = z.output<typeof settingsSchema>;

/** The settings file of one data folder. */
export interface SettingsFile {
  read(): ShellSettings;
  /** Changes what is remembered; on the disk when it returns. Throws what the file system throws. */
  change(changes: Partial<Omit<ShellSettings, 'version'>>): void;
  /** What was chosen for a set of displays takes the place of what was chosen for it before. */
  remember(arrangement: Arrangement): void;
}

/**
 * Opens the settings. A file that cannot be read as settings, or not in all its parts, as one of a later version, is put aside as
 * `PATH.damaged` and named to `onDamaged`; every part of it that can be read counts. A wall must come up without anybody at its
 * keyboard, as the kiosk that it was.
 */
export function openSettings(path: string, onDamaged: (keptAs: string) => void): SettingsFile {
  let settings = load();

  function load(): ShellSettings {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return settingsSchema.parse({});
    }
    const written = parseJson(text);
    const whole = settingsSchema.safeParse(written);
    if (whole.success) return whole.data;
    const readable = readParts(written);
    const keptAs = `${path}.damaged`;
    try {
      renameSync(path, keptAs);
      writeSettings(readable);
    } catch {
      // On a disk that cannot be written the next start reads the same parts again.
    }
    onDamaged(keptAs);
    return readable;
  }
  function writeSettings(next: ShellSettings): void {
    writeFileAtomically(path, `${JSON.stringify(next, undefined, 2)}\n`);
  }
  const change = (changes: Partial<Omit<ShellSettings, 'version'>>): void => {
    const next = settingsSchema.parse({ ...settings, ...changes });
    writeSettings(next);
    settings = next;
  };

  return {
    read: () => settings,
    change,
    remember(arrangement) {
      const key = arrangement.displays.join('\n');
      const others = settings.arrangements.filter(({ displays }) => displays.join('\n') !== key);
      change({ arrangements: [arrangement, ...others].slice(0, maxArrangements) });
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The parts of a damaged file, or of one of a later version, that are settings of this version. */
function readParts(written: unknown): ShellSettings {
  if (typeof written !== 'object' || written === null) return settingsSchema.parse({});
  const { version: _other, arrangements, ...parts } = written as Record<string, unknown>;
  const arrangementsRead = Array.isArray(arrangements)
    ? arrangements.flatMap((one) => arrangementSchema.safeParse(one).data ?? []).slice(0, maxArrangements)
    : [];
  let settings = settingsSchema.parse({ arrangements: arrangementsRead });
  for (const [name, value] of Object.entries(parts)) {
    const withPart = settingsSchema.safeParse({ ...settings, [name]: value });
    if (withPart.success) settings = withPart.data;
  }
  // An authority vouches for one hub and for no other.
  return settings.hub === undefined ? { ...settings, hubAuthority: undefined } : settings;
}

/** The language of walls and showcases of this machine; undefined where nobody chose one. */
export function surfaceLanguage(settings: Pick<ShellSettings, 'language' | 'languageIsChosen'>) {
  return settings.languageIsChosen ? settings.language : undefined;
}
