import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '../../../assets/locales/en.json';
import zhCN from '../../../assets/locales/zh-CN.json';

const root = join(import.meta.dirname, '../../..');

/** A word that this project does not use, and what to write in its place. */
type Rule = readonly [word: RegExp, instead: string];

/** For comments, messages, documents and names: each of these has been misunderstood, or has had several meanings here. */
const idioms: readonly Rule[] = [
  [/\banew\b/gi, 'again'],
  [/\brestamp\w*/gi, 'rewrite RTP headers'],
  [/\bkeepers?\b/gi, 'the noun of what it does: store, supervisor, wakeLock, retry'],
  [/\blooked at\b/gi, 'probed (a camera), viewed (a picture), checked, selected'],
  [/\bthinn(?:ed|ing)\b/gi, 'degrade, quality level'],
  [/\b(?:told|tells?|telling)\b/gi, 'notify, message, report, distinguish'],
  [/\b(?:is|are|be|being) said\b|\bsaid (?:so|no)\b/gi, 'shown, reported, spoken, named; refused, confirmed'],
  [/(?<!\bthere )\b(?:is|are) none\b/gi, 'the noun: is no picture, is not a number, does not count'],
];

/** For the Chinese words on the screen. */
const chineseRules: readonly Rule[] = [
  [/中枢|主机(?!名)|本中心/g, '服务器 (the machine), 指挥中心 (the people)'],
  [/受理/g, '接警'],
  [/[一二三]级预警/g, '一类预警, 二类预警, 三类预警'],
  [/未结束|未结(?!束)/g, '未办结'],
  [/(?<!执法)记录仪/g, '执法记录仪'],
  [/推送/g, '回传'],
  [/名录|摄像机/g, '设备台账, 摄像头'],
  [/账户/g, '账号'],
  [/聚焦|看大图/g, '重点显示, 放大查看'],
  [/紧急呼叫|求救/g, '紧急求助'],
  [/上大屏|放到大屏|上屏/g, '上墙'],
  [/静听|监听/g, '收听, 静音'],
  [/点一下/g, '点击 (desk), 点按 (phone)'],
  [/密文/g, '密钥'],
];

/** For the English words on the screen. */
const englishRules: readonly Rule[] = [
  [/\bhub\b/gi, 'server'],
  [/\bkey pictures?\b/gi, 'key frame'],
  [/(?<!command )\bcentre\b/gi, 'command centre (the people), server (the machine)'],
  [/\bbody cams?\b/gi, 'body-worn camera'],
];

function found(text: string, rules: readonly Rule[]): string[] {
  return rules.flatMap(([word, instead]) =>
    [...text.matchAll(word)].map(({ 0: hit, index }) => {
      const line = text.slice(0, index).split('\n').length;
      return `line ${line}: “${hit}”; write: ${instead}`;
    }),
  );
}

function texts(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'string' ? [[`${path}${key}`, inner]] : texts(inner as object, `${path}${key}.`),
  );
}

/** Sources and documents of the product. The media worker's edits and the scenes are named by a hash of their text. */
function files(): string[] {
  const listed = execFileSync('git', ['ls-files', 'src-*', 'scripts', 'docs', 'tests/bench', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((path) => /\.(?:ts|tsx|mjs|css|html|md)$/.test(path))
    .filter(
      (path) =>
        !/^(?:src-sim\/scenes|src-shared\/simulation|scripts\/media-worker|tests\/cases)\//.test(path),
    );
}

describe('the rules for words', () => {
  it('find what they are for', () => {
    expect(found('The camera is looked at anew.', idioms)).toEqual([
      'line 1: “anew”; write: again',
      'line 1: “looked at”; write: probed (a camera), viewed (a picture), checked, selected',
    ]);
    expect(found('The fault is said; what is none is left out, so there is none.', idioms)).toHaveLength(2);
    expect(found('请在主机上\n打开记录仪', chineseRules)).toHaveLength(2);
    expect(found('命令主机名、执法记录仪', chineseRules)).toEqual([]);
    expect(found('Ask the command centre, not the hub.', englishRules)).toHaveLength(1);
  });
});

describe('plain words', () => {
  it('are used in the sources and documents', () => {
    const faults = files().flatMap((path) =>
      found(readFileSync(join(root, path), 'utf8'), idioms).map((fault) => `${path}, ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  it.each([
    ['zh-CN', zhCN, chineseRules],
    ['en', en, englishRules],
  ] as const)('are used on the screens in %s', (_language, words, rules) => {
    const faults = texts(words).flatMap(([key, text]) =>
      found(text.replaceAll(/\{\{\w+\}\}/g, ''), rules).map((fault) => `${key}, ${fault}`),
    );
    expect(faults).toEqual([]);
  });
});
