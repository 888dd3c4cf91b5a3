import { Button, Modal } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { commandText } from './commandText.ts';
import type { DeskWallStore } from './deskWallStore.ts';
import type { WallChange } from './wallChanges.ts';

const mostListed = 8;

/** Another desk made a change first: what changed, and the question whether to go on nevertheless. */
export function ConflictDialog({ store }: { store: DeskWallStore }) {
  const { t } = useTranslation();
  const conflict = useStore(store, (state) => state.conflict);
  const lookAgain = (): void => store.setState({ conflict: undefined });
  return (
    <Modal opened={conflict !== undefined} onClose={lookAgain} title={t('conflict.title')} size="md">
      {conflict !== undefined && (
        <div className="dialog-form" data-conflict={conflict.command.name}>
          <p>{t('conflict.text', { command: commandText(conflict.command, t) })}</p>
          <p className="desk-dim">{t('conflict.whatChanged')}</p>
          <ul className="conflict-changes">
            {conflict.changes.slice(0, mostListed).map((change, index) => (
              <li key={index}>{changeText(change, t)}</li>
            ))}
            {conflict.changes.length > mostListed && (
              <li>{t('conflict.more', { count: conflict.changes.length - mostListed })}</li>
            )}
          </ul>
          <div className="dialog-buttons">
            <Button onClick={() => conflict.doAnyway()}>{t('conflict.doAnyway')}</Button>
            <Button variant="filled" onClick={lookAgain} data-autofocus>
              {t('conflict.lookAgain')}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}

function changeText(change: WallChange, t: TFunction): string {
  switch (change.kind) {
    case 'added':
    case 'changed':
    case 'removed': {
      const what = change.what === 'programme' ? t('conflict.programme') : t('conflict.scene');
      const named: Record<string, unknown> = { what, name: change.name };
      return t(`conflict.${change.kind}`, named);
    }
    case 'mapShown':
    case 'boardShown':
    case 'tilesShown':
    case 'caseShown':
      return t(`conflict.${change.kind}`);
    case 'layout':
    case 'shows':
    case 'tourStarted':
    case 'tourEnded':
    case 'pinned':
    case 'unpinned':
    case 'camera':
    case 'emptied':
    case 'schedule':
    case 'other': {
      const { kind, ...values } = change;
      // Each sentence names some of them; the compiler need not go through all pairs.
      return t(`conflict.${kind}`, values as Record<string, unknown>);
    }
  }
}
