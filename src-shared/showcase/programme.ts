import { z } from 'zod';

/** What a scene of the story shows. The call is shown only while an officer releases a case, and then before all others. */
export const sceneKinds = ['kitchens', 'map', 'figures', 'work', 'call', 'citizens', 'words'] as const;
export type SceneKind = (typeof sceneKinds)[number];

/** The languages of the words of a scene. */
export const showcaseLanguages = ['zh-CN', 'en'] as const;
export type ShowcaseLanguage = (typeof showcaseLanguages)[number];

const minutesOfDay = 24 * 60;
export const minSceneSeconds = 5;
export const maxSceneSeconds = 300;
export const maxScenes = 20;

const minute = z.number().int().min(0).max(minutesOfDay);
/** No control characters: they are drawn as boxes, and some of them turn the direction of writing round. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}]*$/u, 'has a character that cannot be shown');
/** The most characters of a scene's title and of its caption, by language: English needs more of them to say the same. */
export const mostTitle: Record<ShowcaseLanguage, number> = { 'zh-CN': 24, en: 60 };
export const mostCaption: Record<ShowcaseLanguage, number> = { 'zh-CN': 160, en: 240 };
/** The words of a scene in one language; where one is left out, the page has its own words. */
const sceneWordsSchema = (language: ShowcaseLanguage) =>
  z.object({ title: line(mostTitle[language]).optional(), caption: line(mostCaption[language]).optional() });

export const sceneSchema = z.object({
  sceneId: z.string().regex(/^[a-z0-9-]{1,40}$/),
  kind: z.enum(sceneKinds),
  isShown: z.boolean(),
  lengthSeconds: z.number().int().min(minSceneSeconds).max(maxSceneSeconds),
  /** Minutes of the hall's day from and until which the scene is shown; over midnight where the end is the smaller one. */
  hours: z.object({ fromMinute: minute, untilMinute: minute }).optional(),
  words: z.object({ 'zh-CN': sceneWordsSchema('zh-CN'), en: sceneWordsSchema('en') }),
});
export type Scene = z.output<typeof sceneSchema>;

/** The story of a hall, as it is edited at the desk. */
export const programmeSchema = z
  .object({
    theme: z.enum(['dark', 'light']),
    /** Visitors learn of an alert so long after it was raised. */
    alertDelaySeconds: z.number().int().min(60).max(3_600),
    /** Whether the voice of a released case is heard in the hall; its subtitles are shown in any case. */
    hasSound: z.boolean(),
    scenes: z.array(sceneSchema).min(1).max(maxScenes),
  })
  .refine(({ scenes }) => new Set(scenes.map(({ sceneId }) => sceneId)).size === scenes.length, {
    message: 'Two scenes have the same id.',
    path: ['scenes'],
  });
export type Programme = z.output<typeof programmeSchema>;

const scene = (kind: SceneKind, lengthSeconds: number): Scene => ({
  sceneId: kind,
  kind,
  isShown: true,
  lengthSeconds,
  words: { 'zh-CN': {}, en: {} },
});

/** The story of a hall that nobody has edited. */
export const defaultProgramme: Programme = {
  theme: 'dark',
  alertDelaySeconds: 600,
  hasSound: false,
  scenes: [
    scene('kitchens', 30),
    scene('map', 25),
    scene('figures', 20),
    scene('work', 30),
    scene('call', 30),
    scene('citizens', 25),
  ],
};

function isInHours({ hours }: Scene, atMinute: number): boolean {
  if (hours === undefined || hours.fromMinute === hours.untilMinute) return true;
  const { fromMinute, untilMinute } = hours;
  return fromMinute < untilMinute
    ? atMinute >= fromMinute && atMinute < untilMinute
    : atMinute >= fromMinute || atMinute < untilMinute;
}

/** A scene of the story, and how much of it is over. */
export interface SceneMoment {
  scene: Scene;
  startedAtMs: number;
  endsAtMs: number;
  /** How often the whole story was shown before, counted from the beginning of time; the same at all screens. */
  round: number;
}

/**
 * The scene of a moment. It follows from the time alone, so that all screens of a hall show the same one, also after a restart.
 * The call comes before all others while a case is released. Undefined where nothing is to be shown at this time of the day.
 */
export function sceneAt(
  { scenes }: Pick<Programme, 'scenes'>,
  nowMs: number,
  { atMinute, hasCase }: { atMinute: number; hasCase: boolean },
): SceneMoment | undefined {
  const shown = scenes.filter((one) => one.isShown && isInHours(one, atMinute));
  const call = hasCase ? shown.find(({ kind }) => kind === 'call') : undefined;
  if (call !== undefined)
    return { scene: call, startedAtMs: nowMs, endsAtMs: nowMs + call.lengthSeconds * 1_000, round: 0 };
  const round = shown.filter(({ kind }) => kind !== 'call');
  const roundMs = round.reduce((sum, { lengthSeconds }) => sum + lengthSeconds * 1_000, 0);
  if (roundMs === 0) return undefined;
  const number = Math.floor(nowMs / roundMs);
  let startedAtMs = nowMs - (nowMs % roundMs);
  for (const one of round) {
    const endsAtMs = startedAtMs + one.lengthSeconds * 1_000;
    if (nowMs < endsAtMs) return { scene: one, startedAtMs, endsAtMs, round: number };
    startedAtMs = endsAtMs;
  }
  return undefined;
}
