import { describe, expect, it } from 'vitest';
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
