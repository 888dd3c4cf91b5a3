import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import { May } from '../../ui/May.tsx';

export interface SavedChooserProps {
  library: WallLibrary | undefined;
  /** What the screen shows now. */
  chosenId: string | undefined;
  enabled: boolean;
  onShow(type: 'programme' | 'scene', saved: { id: string; name: string }): void;
}

/** Puts something saved on the screen. */
export function SavedChooser({ library, chosenId, enabled, onShow }: SavedChooserProps) {
  const { t } = useTranslation();
  const [picked, setPicked] = useState<string | null>(null);
  const programmes = library?.programmes ?? [];
  const scenes = library?.scenes ?? [];
  if (programmes.length + scenes.length === 0)
    return <p className="desk-dim">{t('controls.nothingSaved')}</p>;
  const value = picked ?? chosenId ?? null;
  const show = (): void => {
    const programme = programmes.find(({ id }) => id === value);
    const scene = scenes.find(({ id }) => id === value);
    if (programme !== undefined) onShow('programme', programme);
    else if (scene !== undefined) onShow('scene', scene);
  };
  return (
    <div className="controls-saved">
      <Select
        aria-label={t('controls.saved')}
        placeholder={t('controls.saved')}
        value={value}
        onChange={setPicked}
        data={[
          {
            group: t('library.programmes'),
            items: programmes.map(({ id, name }) => ({ value: id, label: name })),
          },
          { group: t('library.scenes'), items: scenes.map(({ id, name }) => ({ value: id, label: name })) },
        ].filter(({ items }) => items.length > 0)}
        searchable
        nothingFoundMessage={t('controls.nothingFound')}
      />
      <May asks="wall:showSaved">
        <Button disabled={!enabled || value === null} onClick={show}>
          {t('controls.showNow')}
        </Button>
      </May>
    </div>
  );
}
