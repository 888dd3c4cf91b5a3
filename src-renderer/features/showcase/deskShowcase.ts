import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { Programme, Scene } from '../../../src-shared/showcase/programme.ts';
import type { ReleasedParts, ShowcaseDesk } from '../../../src-shared/showcase/showcase.protocol.ts';

/** Draws and opens the curtain, at any place of the desk. */
export const curtainKey = 'F9';

type ShowcaseRequest =
  'showcase:setCurtain' | 'showcase:saveProgramme' | 'showcase:releaseCase' | 'showcase:takeBackCase';
export type ShowcaseCommand = 'curtain' | 'save' | 'release' | 'takeBack';

export interface DeskShowcaseState {
  desk: ShowcaseDesk | undefined;
  /** What is changed at this desk and not saved, with the revision that it was made from. */
  draft: { revision: number; programme: Programme } | undefined;
  chosenSceneId: string | undefined;
}

export interface DeskShowcase {
  store: StoreApi<DeskShowcaseState>;
  take(desk: ShowcaseDesk | undefined): void;
  toggleCurtain(): void;
  change(programme: Partial<Programme>): void;
  changeScene(sceneId: string, values: Partial<Scene>): void;
  moveScene(sceneId: string, by: -1 | 1): void;
  addScene(): void;
  removeScene(sceneId: string): void;
  undo(): void;
  save(): Promise<void>;
  release(orderId: string, parts: ReleasedParts): Promise<void>;
  takeBack(): Promise<void>;
}

export interface DeskShowcaseParts {
  request<Name extends ShowcaseRequest>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  notify(outcome: ({ ok: true } | Refused) & { command: ShowcaseCommand }): void;
  newId(): string;
}

/** What a desk knows of the showcase, and what it does about it. */
export function createDeskShowcase({ request, notify, newId }: DeskShowcaseParts): DeskShowcase {
  const store = createStore<DeskShowcaseState>(() => ({
    desk: undefined,
    draft: undefined,
    chosenSceneId: undefined,
  }));
  const present = (): DeskShowcaseState['draft'] => {
    const { draft, desk } = store.getState();
    return draft ?? desk?.saved;
  };
  const change = (values: Partial<Programme>): void => {
    const base = present();
    if (base === undefined) return;
    store.setState({ draft: { revision: base.revision, programme: { ...base.programme, ...values } } });
  };
  const scenes = (): readonly Scene[] => present()?.programme.scenes ?? [];
  const report = (command: ShowcaseCommand, answer: Ack<object>): void =>
    notify(answer.ok ? { ok: true, command } : { ...answer, command });
  return {
    store,
    take: (desk) => store.setState({ desk }),
    toggleCurtain() {
      const { desk } = store.getState();
      if (desk === undefined) return;
      void request('showcase:setCurtain', { isDrawn: !desk.curtain.isDrawn }).then((answer) => {
        if (!answer.ok) report('curtain', answer);
      });
    },
    change,
    changeScene: (sceneId, values) =>
      change({ scenes: scenes().map((one) => (one.sceneId === sceneId ? { ...one, ...values } : one)) }),
    moveScene(sceneId, by) {
      const list = [...scenes()];
      const from = list.findIndex((one) => one.sceneId === sceneId);
      const moved = list[from];
      const to = from + by;
      if (moved === undefined || to < 0 || to >= list.length) return;
      list.splice(from, 1);
      list.splice(to, 0, moved);
      change({ scenes: list });
    },
    addScene() {
      const sceneId = newId();
      const added: Scene = {
        sceneId,
        kind: 'words',
        isShown: true,
        lengthSeconds: 20,
        words: { 'zh-CN': {}, en: {} },
      };
      change({ scenes: [...scenes(), added] });
      store.setState({ chosenSceneId: sceneId });
    },
    removeScene: (sceneId) => change({ scenes: scenes().filter((one) => one.sceneId !== sceneId) }),
    undo: () => store.setState({ draft: undefined }),
    async save() {
      const { draft } = store.getState();
      if (draft === undefined) return;
      const answer = await request('showcase:saveProgramme', draft);
      if (answer.ok) {
        const { desk } = store.getState();
        store.setState({ draft: undefined, ...(desk && { desk: { ...desk, saved: answer.data } }) });
      }
      report('save', answer);
    },
    async release(orderId, parts) {
      report('release', await request('showcase:releaseCase', { orderId, parts }));
    },
    async takeBack() {
      report('takeBack', await request('showcase:takeBackCase', {}));
    },
  };
}
