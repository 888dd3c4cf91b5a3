import { Kbd, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CameraFinder, type CameraFinderProps } from './CameraFinder.tsx';
import './cameraPalette.css';

/** The finder over everything else, for a hand that stays on the keyboard. */
export function CameraPalette({
  title,
  opened,
  onClose,
  ...finder
}: CameraFinderProps & { title: string; opened: boolean; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg" padding="sm">
      <div className="palette">
        <CameraFinder {...finder} autoFocus />
        <p className="palette-keys">
          <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> {t('finder.keyMove')} <Kbd size="xs">Enter</Kbd>{' '}
          {finder.onPlace === undefined ? t('finder.keyPick') : t('finder.keyOpen')}
          {finder.onPlace !== undefined && (
            <>
              {' '}
              <Kbd size="xs">Shift+Enter</Kbd> {t('finder.keyPlace')} <Kbd size="xs">Alt+1…9</Kbd>{' '}
              {t('finder.keyPlaceOn')}
            </>
          )}
        </p>
      </div>
    </Modal>
  );
}
