import { expect, it } from 'vitest';
import { fetchFile } from '../../../../src-renderer/ui/httpFile.ts';

it.each([
  ['a file', () => new Response('a,b', { headers: { 'x-content-sha256': 'f' } }), undefined],
  ['a refusal', () => Response.json({ error: { code: 'printing_busy' } }, { status: 503 }), 'printing_busy'],
  [
    'a refusal with its reason',
    () => Response.json({ error: { code: 'unavailable', reason: 'session.database_full' } }, { status: 503 }),
    'session.database_full',
  ],
  [
    'a refusal of tomorrow',
    () => Response.json({ error: { code: 'unavailable', reason: 'session.of_tomorrow' } }, { status: 503 }),
    'unavailable',
  ],
  ['the page of a proxy', () => new Response('<h1>Bad gateway</h1>', { status: 502 }), 'HTTP 502'],
  ['a refusal without a code', () => Response.json({}, { status: 500 }), 'HTTP 500'],
  [
    'nothing',
    () => {
      throw new TypeError('Failed to fetch');
    },
    'no_answer',
  ],
])('the answer to a request for a file may be %s', async (_name, answer: () => Response, problem) => {
  const got = await fetchFile(async () => answer(), '/api/v1/audit.csv');
  if (problem !== undefined) expect(got).toEqual({ ok: false, problem });
  else if (got.ok) expect([await got.file.text(), got.headers.get('x-content-sha256')]).toEqual(['a,b', 'f']);
  else expect.unreachable();
});
