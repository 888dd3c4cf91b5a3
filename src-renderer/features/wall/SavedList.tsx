import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { May } from '../../ui/May.tsx';

export interface SavedListProps<Saved extends { id: string; name: string }> {
  items: readonly Saved[];
  /** The text when there are none. */
  empty: string;
  enabled: boolean;
  screenIds: readonly string[];
  factsOf(saved: Saved): string;
  onShow(saved: Saved, screenId: string): void;
  onEdit(saved: Saved): void;
  onRemove(saved: Saved): void;
}

/** The saved presets, each with its actions. Removing one asks for a confirmation. */
export function SavedList<Saved extends { id: string; name: string }>(props: SavedListProps<Saved>) {
  const { items, empty, enabled, screenIds, factsOf, onShow, onEdit, onRemove } = props;
  const { t } = useTranslation();
  const [removing, setRemoving] = useState<string>();
  if (items.length === 0) return <p className="library-empty">{empty}</p>;
  return (
    <ul className="library-list">
      {items.map((saved) => (
        <li key={saved.id}>
          <div className="library-words">
            <p className="library-name">{saved.name}</p>
            <p className="desk-dim">{factsOf(saved)}</p>
          </div>
          {removing === saved.id ? (
            <div className="desk-row">
              <span>{t('library.removeAsk')}</span>
              <Button onClick={() => setRemoving(undefined)} autoFocus>
                {t('dialog.cancel')}
              </Button>
              <May asks="wall:removeSaved">
                <Button
                  onClick={() => {
                    setRemoving(undefined);
                    onRemove(saved);
                  }}
                >
                  {t('library.remove')}
                </Button>
              </May>
            </div>
          ) : (
            <div className="desk-row">
              <May asks="wall:showSaved">
                <ShowButton
                  enabled={enabled}
                  screenIds={screenIds}
                  onShow={(screenId) => onShow(saved, screenId)}
                />
              </May>
              <Button disabled={!enabled} onClick={() => onEdit(saved)}>
                {t('library.edit')}
              </Button>
              <May asks="wall:removeSaved">
                <Button disabled={!enabled} onClick={() => setRemoving(saved.id)}>
                  {t('library.remove')}
                </Button>
              </May>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function ShowButton({
  enabled,
  screenIds,
  onShow,
}: {
  enabled: boolean;
  screenIds: readonly string[];
  onShow(screenId: string): void;
}) {
  const { t } = useTranslation();
  const [only] = screenIds;
  if (screenIds.length === 1 && only !== undefined) {
    return (
      <Button disabled={!enabled} onClick={() => onShow(only)}>
        {t('library.showOn', { screen: only })}
      </Button>
    );
  }
  return (
    <Menu transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button disabled={!enabled}>{t('library.show')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {screenIds.map((screenId) => (
          <Menu.Item key={screenId} onClick={() => onShow(screenId)}>
            {t('library.showOn', { screen: screenId })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
