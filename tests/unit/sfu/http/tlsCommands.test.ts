import { describe, expect, it } from 'vitest';
import { createTlsCommands } from '../../../../src-sfu/http/trust/tlsCommands.ts';

/** Certificates that only say when they are touched, in the order of everything that happens. */
function stage(options: { unwritable?: boolean; broken?: boolean; hasNext?: boolean } = {}) {
  const happened: string[] = [];
  const touch = (what: string): Promise<void> => {
    happened.push(what);
    return options.broken === true ? Promise.reject(new Error('the disk is full')) : Promise.resolve();
  };
  const tls = {
    authority: () => undefined,
    nextAuthority: () => undefined,
    forbiddenNames: () => [],
    rotation: {
      server: () => touch('certificate written'),
      prepareAuthority: () => touch('authority written'),
      useNextAuthority: async () => {
        if (options.hasNext === false) return false;
        await touch('authority in use');
        return true;
      },
    },
  };
  const run = createTlsCommands(() => tls as never);
  const ask = (action: string) =>
    run({ command: 'tls', action }, (detail) => {
      if (options.unwritable === true) return Promise.reject(new Error('the log cannot be written'));
      const { asked, done, failed } = detail as Record<string, string>;
      happened.push(
        ['line', asked && `asked ${asked}`, done && `done ${done}`, failed && 'failed']
          .filter(Boolean)
          .join(' '),
      );
      return Promise.resolve();
    });
  return { ask, happened };
}

describe('commands for certificates', () => {
  it.each([
    ['rotate', 'certificate written'],
    ['next', 'authority written'],
    ['finish', 'authority in use'],
  ])(
    'write a line of the audit log before %s touches a file, and another afterwards',
    async (action, touched) => {
      const { ask, happened } = stage();
      expect(await ask(action)).toMatchObject({ ok: true, data: { done: action } });
      expect(happened).toEqual([`line asked ${action}`, touched, `line done ${action}`]);
    },
  );

  it.each(['rotate', 'next', 'finish'])('do nothing where the line cannot be written: %s', async (action) => {
    const { ask, happened } = stage({ unwritable: true });
    await expect(ask(action)).rejects.toThrow('cannot be written');
    expect(happened).toEqual([]);
  });

  it('say in the log that they did not succeed', async () => {
    const broken = stage({ broken: true });
    await expect(broken.ask('rotate')).rejects.toThrow('full');
    expect(broken.happened).toEqual(['line asked rotate', 'certificate written', 'line asked rotate failed']);
    const none = stage({ hasNext: false });
    expect(await none.ask('finish')).toMatchObject({
      ok: false,
      message: expect.stringContaining('no authority') as string,
    });
    expect(none.happened).toEqual(['line asked finish', 'line asked finish failed']);
  });

  it('leave no line for a look at the certificates, and leave other commands alone', async () => {
    const { ask, happened } = stage();
    expect(await ask('status')).toMatchObject({ ok: true });
    expect(ask('explode')).toBeUndefined();
    expect(happened).toEqual([]);
  });
});
