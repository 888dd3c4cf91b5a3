import { Kbd } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import { CameraFinder, type CameraFinderProps } from './CameraFinder.tsx';
import './cameraPalette.css';

/** The camera finder over everything else, for officers who work with the keyboard. */
export function CameraPalette({
  title,
  onClose,
  ...finder
}: CameraFinderProps & { title: string; onClose(): void }) {
  const { t } = useTranslation();
  const placing = finder.onPlace !== undefined;
  return (
    <QuickDialog title={title} closeWord={t('dialog.close')} onClose={onClose}>
      <div className="palette">
        <CameraFinder {...finder} autoFocus />
        <p className="palette-keys">
          <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> {t('finder.keyMove')} <Kbd size="xs">Enter</Kbd>{' '}
          {placing ? t('finder.keyOpen') : t('finder.keyPick')}
          {finder.entries !== undefined && (
            <>
              {' '}
              <Kbd size="xs">&gt;</Kbd> {t('finder.keyEntries')}
            </>
          )}
          {placing && (
            <>
              {' '}
              <Kbd size="xs">Shift+Enter</Kbd> {t('finder.keyPlace')} <Kbd size="xs">Alt+1…9</Kbd>{' '}
              {t('finder.keyPlaceOn')}
            </>
          )}
        </p>
      </div>
    </QuickDialog>
  );
}
