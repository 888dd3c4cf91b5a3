import type { District, SiteType } from './cameras.protocol.ts';
import { foldText, pinyinTextOf, type PinyinText } from './searchText.ts';
import { districtWords, siteTypeWords } from './siteWords.ts';

/** The condition of a camera as a search term. */
export type CameraCondition = 'online' | 'offline' | 'frozen' | 'unauthorized' | 'unsupported';

/** What can be found, and by what. `…Pinyin` has one entry a character (Unicode code point) of the name beside it. */
export interface CameraSearchRecord {
  cameraId: string;
  cameraName: string;
  cameraNameEn?: string;
  cameraPinyin: readonly string[];
  siteName: string;
  siteNameEn?: string;
  sitePinyin: readonly string[];
  siteType: SiteType;
  district: District;
  address: string;
  condition?: CameraCondition;
}

/** Names in which the part that was found can be shown. */
export type HighlightField = 'siteName' | 'siteNameEn' | 'cameraName' | 'cameraNameEn' | 'address';

/** Part of a name, in UTF-16 units as `slice` takes them. */
export interface Highlight {
  field: HighlightField;
  start: number;
  end: number;
}

export interface CameraSearchHit {
  cameraId: string;
  highlights: Highlight[];
}

/** The best hits, best first, and how many there are in all. */
export interface CameraSearchResult {
  hits: CameraSearchHit[];
  total: number;
}

/** Cameras found as one types. Every word of a query must be found somewhere in a record. */
export interface CameraSearch {
  search(query: string, limit?: number): CameraSearchResult;
  /** Updates the condition of a camera; an unknown camera is ignored. */
  setCondition(cameraId: string, condition: CameraCondition | undefined): void;
}

const defaultLimit = 50;
/** The longest query that is searched; longer text was probably pasted by mistake. */
const maxQueryLength = 100;
const maxWords = 8;

/** How well a word fits, the best first. Scores of several words are added. */
const rank = {
  wholeName: 0,
  namePrefix: 1,
  initials: 2,
  pinyinPrefix: 3,
  contains: 4,
  category: 5,
  address: 6,
} as const;

/** Conditions as people write them. */
const conditionWords: Record<CameraCondition, readonly string[]> = {
  online: ['在线', '正常', 'online', 'live'],
  offline: ['离线', '掉线', 'offline'],
  frozen: ['冻结', '画面冻结', '卡顿', 'frozen'],
  unauthorized: ['认证失败', '未授权', '密码错误', 'unauthorized', 'authentication failed'],
  unsupported: ['不支持', 'unsupported'],
};

interface NameIndex {
  field: HighlightField;
  text: string;
  pinyin?: PinyinText;
}

interface Entry {
  cameraId: string;
  /** Everything a word can be found in but the condition; what is not in here need not be looked for in detail. */
  everything: string;
  names: NameIndex[];
  address: string;
  categories: readonly string[];
  condition: readonly string[];
}

interface WordHit {
  score: number;
  highlight?: Highlight;
}

/** Builds the index. Hits of equal rank keep the order of the records. */
export function createCameraSearch(records: readonly CameraSearchRecord[]): CameraSearch {
  const entries = records.map(entryOf);
  const entryById = new Map(entries.map((entry) => [entry.cameraId, entry]));
  return {
    search(query, limit = defaultLimit) {
      const words = wordsOf(query);
      const found: { entry: Entry; score: number; highlights: Highlight[]; order: number }[] = [];
      for (const [order, entry] of entries.entries()) {
        const match = matchAll(entry, words);
        if (match !== undefined) found.push({ entry, order, ...match });
      }
      found.sort((left, right) => left.score - right.score || left.order - right.order);
      const hits = found
        .slice(0, Math.max(0, limit))
        .map(({ entry, highlights }) => ({ cameraId: entry.cameraId, highlights }));
      return { hits, total: found.length };
    },
    setCondition(cameraId, condition) {
      const entry = entryById.get(cameraId);
      if (entry !== undefined) entry.condition = condition === undefined ? [] : conditionWords[condition];
    },
  };
}

/** The words of a query: Chinese and Latin letters that stand together (`温泉zx`) are two words. */
function wordsOf(query: string): string[] {
  const text = foldText(query.slice(0, maxQueryLength)).replace(
    /(\p{sc=Han})(?=[a-z])|([a-z])(?=\p{sc=Han})/gu,
    '$& ',
  );
  const words = text.split(/[\s,;，；、·|/\\]+/u).filter((word) => word !== '');
  return [...new Set(words)].slice(0, maxWords);
}

function entryOf(record: CameraSearchRecord): Entry {
  const { zh: typeZh, en: typeEn } = siteTypeWords[record.siteType];
  const { zh: districtZh, en: districtEn } = districtWords[record.district];
  const names: NameIndex[] = [
    {
      field: 'siteName',
      text: foldText(record.siteName),
      pinyin: pinyinTextOf(record.siteName, record.sitePinyin),
    },
    {
      field: 'cameraName',
      text: foldText(record.cameraName),
      pinyin: pinyinTextOf(record.cameraName, record.cameraPinyin),
    },
  ];
  if (record.siteNameEn !== undefined) names.push({ field: 'siteNameEn', text: foldText(record.siteNameEn) });
  if (record.cameraNameEn !== undefined) {
    names.push({ field: 'cameraNameEn', text: foldText(record.cameraNameEn) });
  }
  const address = foldText(record.address);
  const categories = [
    ...typeZh,
    ...typeEn.flatMap((words) => [words, ...words.split(' ')]),
    ...districtZh,
    ...districtEn,
  ];
  const nameTexts = names.flatMap(({ text, pinyin }) =>
    pinyin === undefined ? [text] : [text, pinyin.initials, pinyin.full],
  );
  return {
    cameraId: record.cameraId,
    everything: [...nameTexts, ...categories, address].join('\n'),
    names,
    address,
    categories,
    condition: record.condition === undefined ? [] : conditionWords[record.condition],
  };
}

function matchAll(entry: Entry, words: string[]): { score: number; highlights: Highlight[] } | undefined {
  let score = 0;
  const highlights: Highlight[] = [];
  for (const word of words) {
    const hit = matchWord(entry, word);
    if (hit === undefined) return undefined;
    score += hit.score;
    if (hit.highlight !== undefined) highlights.push(hit.highlight);
  }
  return { score, highlights };
}

function matchWord(entry: Entry, word: string): WordHit | undefined {
  if (!entry.everything.includes(word)) {
    return entry.condition.some((known) => known.startsWith(word)) ? { score: rank.category } : undefined;
  }
  let best: WordHit | undefined;
  for (const name of entry.names) {
    const hit = matchName(name, word);
    if (hit !== undefined && (best === undefined || hit.score < best.score)) best = hit;
  }
  if (best !== undefined) return best;
  const isCategory = (known: string): boolean => known.startsWith(word);
  if (entry.categories.some(isCategory) || entry.condition.some(isCategory)) return { score: rank.category };
  const at = entry.address.indexOf(word);
  if (at === -1) return undefined;
  return { score: rank.address, highlight: { field: 'address', start: at, end: at + word.length } };
}

function matchName({ field, text, pinyin }: NameIndex, word: string): WordHit | undefined {
  const at = text.indexOf(word);
  const highlight = { field, start: at, end: at + word.length };
  if (at === 0) return { score: text.length === word.length ? rank.wholeName : rank.namePrefix, highlight };
  if (pinyin !== undefined) {
    const hit = matchPinyin(pinyin, word);
    if (hit !== undefined) {
      const { score, start, end } = hit;
      if (score < rank.contains || at === -1) return { score, highlight: { field, start, end } };
    }
  }
  return at === -1 ? undefined : { score: rank.contains, highlight };
}

function matchPinyin(
  pinyin: PinyinText,
  word: string,
): { score: number; start: number; end: number } | undefined {
  const initialsAt = pinyin.initials.indexOf(word);
  if (initialsAt === 0) return { score: rank.initials, ...pinyin.spanOfInitials(0, word.length) };
  const fullAt = pinyin.findFull(word);
  if (fullAt === 0) return { score: rank.pinyinPrefix, ...pinyin.spanOfFull(0, word.length) };
  if (initialsAt > 0) return { score: rank.contains, ...pinyin.spanOfInitials(initialsAt, word.length) };
  if (fullAt > 0) return { score: rank.contains, ...pinyin.spanOfFull(fullAt, word.length) };
  return undefined;
}
