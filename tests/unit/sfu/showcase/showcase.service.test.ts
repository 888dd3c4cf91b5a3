import { describe, expect, it } from 'vitest';
import { createShowcaseService } from '../../../../src-sfu/features/showcase/showcase.service.ts';
import type {
  KeptCurtain,
  ShowcaseAudit,
  ShowcaseRepository,
} from '../../../../src-sfu/features/showcase/showcase.repository.ts';
import { defaultProgramme } from '../../../../src-shared/showcase/programme.ts';
import type { SavedProgramme } from '../../../../src-shared/showcase/showcase.protocol.ts';

/** The repository's twin: `hold` keeps every write waiting until it is released. */
function stage() {
  const kept: { curtain?: KeptCurtain; saved?: SavedProgramme } = {};
  const audit: ShowcaseAudit[] = [];
  const faults: unknown[] = [];
  let writing: () => Promise<void> = () => Promise.resolve();
  let nowMs = 1_000;
  const repository: Pick<ShowcaseRepository, 'load' | 'saveCurtain' | 'saveProgramme'> = {
    load: async () => ({ curtain: kept.curtain, saved: kept.saved }),
    async saveCurtain(curtain, line) {
      await writing();
      kept.curtain = curtain;
      audit.push(line);
    },
    async saveProgramme(saved, line) {
      await writing();
      kept.saved = saved;
      audit.push(line);
    },
  };
  const open = async () => {
    const service = createShowcaseService({
      repository,
      onFault: (error) => void faults.push(error),
      nowMs: () => (nowMs += 1),
    });
    await service.load();
    return service;
  };
  return { kept, audit, faults, open, write: (next: () => Promise<void>) => (writing = next) };
}

describe('the curtain', () => {
  it('is drawn before it is written, opened after it is written, and both are in the audit log', async () => {
    const { open, audit, write } = stage();
    const service = await open();
    const seen: boolean[] = [];
    service.onChanged(() => seen.push(service.curtain().isDrawn));
    const written = Promise.withResolvers<void>();
    write(() => written.promise);
    const drawing = service.setCurtain(true, '王芳');
    expect(seen).toEqual([true]);
    written.resolve();
    expect(await drawing).toMatchObject({ ok: true, data: { curtain: { isDrawn: true } } });
    const opened = Promise.withResolvers<void>();
    write(() => opened.promise);
    const opening = service.setCurtain(false, '王芳');
    expect(service.curtain().isDrawn).toBe(true);
    opened.resolve();
    await opening;
    expect(seen).toEqual([true, false]);
    expect(audit.map(({ action, actor }) => [action, actor])).toEqual([
      ['showcase:drawCurtain', '王芳'],
      ['showcase:openCurtain', '王芳'],
    ]);
  });

  it('is as it was after a restart', async () => {
    const { open } = stage();
    await (await open()).setCurtain(true, '王芳');
    const again = await open();
    expect(again.curtain()).toMatchObject({ isDrawn: true, by: '王芳' });
  });

  it('is drawn in the end when it is drawn while it is being opened', async () => {
    const { open, kept, write } = stage();
    const service = await open();
    await service.setCurtain(true, 'a');
    const slow = Promise.withResolvers<void>();
    write(() => slow.promise);
    const opening = service.setCurtain(false, 'a');
    const drawing = service.setCurtain(true, 'b');
    slow.resolve();
    await Promise.all([opening, drawing]);
    expect(service.curtain().isDrawn).toBe(true);
    expect(kept.curtain?.isDrawn).toBe(true);
  });

  it('stays drawn when it cannot be written, which is said', async () => {
    const { open, faults, write } = stage();
    const service = await open();
    write(() => Promise.reject(new Error('disk')));
    expect(await service.setCurtain(true, 'a')).toMatchObject({ ok: false, reason: 'showcase.not_stored' });
    expect(service.curtain().isDrawn).toBe(true);
    expect(faults).toHaveLength(1);
    expect(await service.setCurtain(false, 'a')).toMatchObject({ ok: false, reason: 'showcase.not_stored' });
    expect(service.curtain().isDrawn).toBe(true);
  });
});

describe('the programme', () => {
  it('is saved by who has its revision; another one is refused and changes nothing', async () => {
    const { open, audit } = stage();
    const service = await open();
    const programme = { ...defaultProgramme, theme: 'light' as const };
    expect(await service.saveProgramme({ revision: 0, programme }, 'a')).toEqual({
      ok: true,
      data: { revision: 1, programme },
    });
    const late = await service.saveProgramme({ revision: 0, programme: defaultProgramme }, 'b');
    expect(late).toMatchObject({ ok: false, code: 'conflict', reason: 'showcase.changed_meanwhile' });
    expect(service.saved()).toEqual({ revision: 1, programme });
    expect(audit.map(({ actor }) => actor)).toEqual(['a']);
  });

  it('is saved by one of two who save at the same moment', async () => {
    const { open } = stage();
    const service = await open();
    const answers = await Promise.all(
      ['a', 'b'].map((by) => service.saveProgramme({ revision: 0, programme: defaultProgramme }, by)),
    );
    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  });
});
