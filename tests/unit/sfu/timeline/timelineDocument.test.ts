import { describe, expect, it } from 'vitest';
import { wordsOf, type WordLanguage } from '../../../../src-sfu/base/words.ts';
import { timelineHtml } from '../../../../src-sfu/features/timeline/timelineDocument.ts';
import { createTimelineExport } from '../../../../src-sfu/features/timeline/timelineExport.ts';
import type { Timeline } from '../../../../src-sfu/features/timeline/timeline.service.ts';
import type { TimelineEvent } from '../../../../src-shared/timeline/timeline.protocol.ts';

const atMs = Date.UTC(2026, 10, 29, 4);

function timelineOf(events: TimelineEvent[], parts: Partial<Timeline> = {}): Timeline {
  return {
    head: {
      subject: { type: 'order', id: 'o' },
      name: '一店',
      number: '29-001',
      fromMs: atMs,
      toMs: atMs + 60_000,
    },
    names: {},
    events,
    total: events.length,
    isCut: false,
    hiddenLanes: [],
    clockSteps: [],
    ...parts,
  };
}

function html(timeline: Timeline, language: WordLanguage = 'zh-CN'): string {
  return timelineHtml({
    timeline,
    pictures: [],
    picturesLeftOut: 0,
    language,
    words: wordsOf(language),
    madeAtMs: atMs,
    by: '值班席 2',
    timeZone: 'Asia/Shanghai',
  });
}

const note = (text: string, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  eventId: 'n',
  lane: 'note',
  what: 'noted',
  atMs,
  text,
  ...more,
});

describe('the document of a timeline', () => {
  it('shows markup in notes and names as text, wherever it stands', () => {
    const evil = `<img src=x onerror="alert(1)"></td><script>alert('2')</script>&amp;`;
    const page = html(
      timelineOf([note(evil, { actor: evil, about: evil, reason: evil, memberId: 'ann' })], {
        head: { ...timelineOf([]).head, name: evil, number: evil },
        names: { ann: { name: evil } },
      }),
    );
    expect(page).not.toMatch(/<img|<script|onerror="/);
    expect(page).toContain('&lt;script&gt;alert(&#39;2&#39;)&lt;/script&gt;&amp;amp;');
  });

  it('may load and run nothing, and asks for nothing', () => {
    const page = html(timelineOf([note('一')]));
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
    expect(page).not.toMatch(/(?:src|href)=|url\(|@import/);
  });

  it('keeps right-to-left text in its own direction', () => {
    expect(html(timelineOf([note('\u202Eabc שלום')]))).toContain('<bdi>\u202Eabc שלום</bdi>');
  });

  it('takes names of a hundred letters and a note of two thousand', () => {
    const name = '名'.repeat(100);
    const text = '字'.repeat(2_000);
    const page = html(timelineOf([note(text, { actor: 'ann' })], { names: { ann: { name } } }));
    expect(page).toContain(name);
    expect(page).toContain(text);
    expect(page).toContain('overflow-wrap:anywhere');
  });

  it.each([
    ['zh-CN', ['时间线', '备注', '值班席 2', '12:00:00']],
    ['en', ['Timeline', 'Note', 'Desk 2', '12:00:00']],
  ] as const)('is in %s from its title to its last word', (language, expected) => {
    const page = html(timelineOf([note('—')]), language);
    for (const text of expected) expect(page).toContain(text);
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).not.toMatch(/timeline\.|\{\{/);
    if (language === 'en')
      expect(
        page
          .replace('一店', '')
          .replace(/一店/g, '')
          .replace(/font:[^}]*/, ''),
      ).not.toMatch(/\p{Script=Han}/u);
  });

  it('says what is cut, what is hidden, and when the clock was set', () => {
    const page = html(
      timelineOf([note('一')], {
        isCut: true,
        hiddenLanes: ['view'],
        clockSteps: [{ atMs, byMs: -3_600_000 }],
      }),
      'en',
    );
    expect(page).toContain('only the first 1 are shown');
    expect(page).toContain('Not shown to you for lack of rights: Who viewed');
    expect(page).toContain('was set by -3600 s');
  });

  it('has the device time beside the time of the server, and how long something took', () => {
    const page = html(
      timelineOf([
        note('一', { happenedAtMs: atMs - 3_600_000 }),
        {
          eventId: 't',
          lane: 'talk',
          what: 'talked',
          atMs,
          endedAtMs: atMs + 65_000,
          about: 'squad:wenquan',
        },
      ]),
      'en',
    );
    expect(page).toMatch(/phone time [^<]*11:00:00/);
    expect(page).toContain('for 1:05');
    expect(page).toContain('Talk group of wenquan');
  });

  it('draws positions on its map and not as rows', () => {
    const positions = Array.from({ length: 50 }, (_, index): TimelineEvent => ({
      eventId: `p${index}`,
      lane: 'position',
      what: 'position',
      atMs: atMs + index,
      actor: 'ann',
      place: { latitude: 29.8 + index / 1_000, longitude: 114.3 },
    }));
    const page = html(timelineOf(positions, { names: { ann: { name: '安<b>' } } }), 'en');
    expect(page).toContain('50 positions are drawn on the map.');
    expect(page).toMatch(/<path d="M[^"]*L/);
    expect(page).toContain('安&lt;b&gt;</text>');
    expect(page).not.toContain('<tr class="position">');
  });
});

describe('the pictures of a document', () => {
  const picture = (index: number): TimelineEvent => ({
    eventId: `p${index}`,
    lane: 'picture',
    what: 'pictured',
    atMs: atMs + index,
    picture: { alertId: 'a', hash: String(index) },
  });
  const documents = (bytes: number) =>
    createTimelineExport({
      readPicture: (one) =>
        Promise.resolve('hash' in one && one.hash === '1' ? undefined : new Uint8Array(bytes)),
      dates: { shown: (message) => message },
      wallMs: () => atMs,
      timeZone: 'Asia/Shanghai',
    });

  it('are within it as data, and one that is gone is said', async () => {
    const page = await documents(3).html(
      timelineOf([picture(0), picture(0), picture(1), picture(2)]),
      'en',
      '王芳',
    );
    expect(page.match(/<img /g)).toHaveLength(2);
    expect(page).toContain('src="data:image/jpeg;base64,AAAA"');
    expect(page).toContain('1 more pictures are not in this file.');
  });

  it('are photographs of phones and sites too, each once', async () => {
    const photograph = { ...picture(3), picture: { attachmentId: '0' } };
    const page = await documents(3).html(timelineOf([picture(0), photograph, photograph]), 'en', '');
    expect(page.match(/<img /g)).toHaveLength(2);
  });

  it('are bounded in number and in bytes', async () => {
    const many = Array.from({ length: 100 }, (_, index) => picture(index + 10));
    expect((await documents(3).html(timelineOf(many), 'en', '')).match(/<img /g)).toHaveLength(60);
    const large = await documents(10 * 1024 * 1024).html(timelineOf(many), 'en', '');
    expect(large.match(/<img /g)).toHaveLength(2);
    expect(large).toContain('98 more pictures');
  });
});
