import { describe, expect, it } from 'vitest';
import {
  createRegistryActions,
  largestImport,
} from '../../../../../src-renderer/features/cameras/registryActions.ts';

const report = {
  dryRun: true,
  sites: {},
  cameras: {},
  changedCameraIds: [],
  publications: 0,
  publicCameras: 0,
  keptCameras: [],
  forgottenPasswords: [],
  ignoredColumns: [],
};
const file = (name: string, text = 'x'): File => new File([text], name);

/** The registry page before a hub that gives these answers. */
function page(...answers: (Response | Error)[]) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const actions = createRegistryActions({
    fetch: (url, init) => {
      asked.push({ url: String(url), init });
      const answer = answers.shift() ?? Response.json(report);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { actions, asked, state: () => actions.store.getState() };
}

describe('importing the registry from the desk', () => {
  it('tries the files first and imports only what was sound', async () => {
    const { actions, asked, state } = page();
    await actions.importChecked();
    expect(asked).toEqual([]);
    await actions.check([file('sites.csv'), file('cameras.csv')]);
    expect(state().stage).toBe('checked');
    await actions.importChecked();
    expect(state().stage).toBe('imported');
    expect(asked.map(({ url }) => url)).toEqual([
      '/api/v1/registry/import?dryRun=true',
      '/api/v1/registry/import?dryRun=false',
    ]);
  });

  it('asks to take out what the files do not name, in the trial and in the import', async () => {
    const { actions, asked } = page();
    await actions.check([file('sites.csv')], true);
    await actions.importChecked();
    expect(asked.map(({ url }) => url)).toEqual([
      '/api/v1/registry/import?dryRun=true&missing=remove',
      '/api/v1/registry/import?dryRun=false&missing=remove',
    ]);
  });

  it('sends tables as a form, one JSON file as it is', async () => {
    const { actions, asked } = page();
    await actions.check([file('registry.csv')]);
    await actions.check([file('registry.json')]);
    expect(asked[0]?.init?.body).toBeInstanceOf(FormData);
    expect(asked[1]?.init?.headers).toEqual({ 'content-type': 'application/json' });
  });

  it('lists what the hub found wrong, line by line', async () => {
    const problems = [
      { path: 'cameras.0.name', message: 'is empty', file: 'a.csv', line: 2, column: '名称' },
    ];
    const refusal = {
      error: { code: 'not_importable', message: 'Nothing was imported.', problemCount: 7, problems },
    };
    const { actions, state } = page(Response.json(refusal, { status: 422 }));
    await actions.check([file('a.csv')]);
    expect(state()).toMatchObject({ stage: 'refused', problems, problemCount: 7 });
    await actions.importChecked();
    expect(state().stage).toBe('refused');
  });

  it('says why when the hub is away or answers nonsense', async () => {
    const away = page(new TypeError('Failed to fetch'));
    await away.actions.check([file('a.csv')]);
    expect(away.state()).toMatchObject({ stage: 'refused', message: 'Failed to fetch' });
    const nonsense = page(new Response('<html>', { status: 502 }));
    await nonsense.actions.check([file('a.csv')]);
    expect(nonsense.state().stage).toBe('refused');
  });

  it('does not send what the hub would not take for its size', async () => {
    const { actions, asked, state } = page();
    const huge = file('a.csv');
    Object.defineProperty(huge, 'size', { value: largestImport + 1 });
    await actions.check([huge]);
    expect(state()).toMatchObject({ stage: 'refused', message: 'too_large' });
    expect(asked).toEqual([]);
  });

  it('drops the answer about files that were replaced meanwhile', async () => {
    const { actions, state } = page();
    const first = actions.check([file('a.csv')]);
    await actions.check([]);
    await first;
    expect(state()).toEqual({ stage: 'empty' });
  });
});
