import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLogger, withoutCredentials } from '../../../src-sfu/logger.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger('debug', { write: (line) => void lines.push(line) }));
  return lines.join('');
}

describe('the log', () => {
  it('never holds a password, in a field, a message or an error', () => {
    const text = logged((logger) => {
      logger.info(
        { password: 'Geheim1', camera: { password: 'Geheim1' } },
        'rtsp://admin:Geheim1@10.0.0.1/s',
      );
      logger.info('asked rtsp://admin:Geheim1@10.0.0.1:554/main?x=1');
      logger.error({ err: new Error('no answer from rtsp://admin:Geheim1@10.0.0.1/') }, 'failed');
    });
    expect(text).not.toContain('Geheim1');
    expect(text).toContain('10.0.0.1');
  });

  it('leaves text without credentials as it is', () => {
    expect(withoutCredentials('GET http://127.0.0.1:7400/wall.html')).toBe(
      'GET http://127.0.0.1:7400/wall.html',
    );
  });
});

describe('a fault that repeats', () => {
  afterEach(() => vi.useRealTimers());

  /** The lines that were written, without their time. */
  function lines(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
    const text = logged(write).trim();
    return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it('is written once at first, and after a minute with the number of its repeats', () => {
    vi.useFakeTimers();
    const found = lines((logger) => {
      for (let time = 0; time < 100; time += 1) {
        logger.error({ err: new Error('disk full'), tries: time }, 'positions could not be stored');
      }
      vi.advanceTimersByTime(59_999);
      logger.error({ err: new Error('disk full'), tries: 100 }, 'positions could not be stored');
      vi.advanceTimersByTime(1);
    });
    expect(found.map(({ tries, times }) => [tries, times])).toEqual([
      [0, undefined],
      [100, 100],
    ]);
  });

  it('is written at once again when a minute passed without it', () => {
    vi.useFakeTimers();
    const found = lines((logger) => {
      logger.warn('a sentence without fields');
      vi.advanceTimersByTime(60_000);
      logger.warn('a sentence without fields');
      logger.warn('a sentence without fields');
      vi.advanceTimersByTime(60_000);
    });
    expect(found.map(({ msg, times }) => [msg, times])).toEqual([
      ['a sentence without fields', undefined],
      ['a sentence without fields', undefined],
      ['a sentence without fields', 1],
    ]);
  });

  it('is another one with another cause, another camera or another sentence', () => {
    const found = lines((logger) => {
      logger.warn({ err: new Error('disk full'), cameraId: 'a' }, 'a poster could not be stored');
      logger.warn({ err: new Error('disk full'), cameraId: 'b' }, 'a poster could not be stored');
      logger.warn({ err: new Error('no such folder'), cameraId: 'b' }, 'a poster could not be stored');
      logger.warn({ err: new Error('no such folder'), cameraId: 'b' }, 'a poster could not be read');
    });
    expect(found).toHaveLength(4);
  });

  it('is written each time when it is no fault', () => {
    expect(
      lines((logger) => {
        logger.info('a camera is live');
        logger.info('a camera is live');
      }),
    ).toHaveLength(2);
  });

  it('is written each time past 500 different ones, which bounds the memory', () => {
    const found = lines((logger) => {
      for (let camera = 0; camera < 501; camera += 1) logger.warn({ cameraId: `${camera}` }, 'it failed');
      logger.warn({ cameraId: '0' }, 'it failed');
      logger.warn({ cameraId: '500' }, 'it failed');
    });
    expect(found).toHaveLength(502);
  });
});
