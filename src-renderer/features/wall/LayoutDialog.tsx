import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { arrangeLayout, type Layout } from '../../../src-shared/wall/layouts.ts';
import { LayoutChooser } from './LayoutChooser.tsx';

export interface LayoutDialogProps {
  opened: boolean;
  /** The layout to begin with. */
  layout: Layout;
  /** The word on the button. */
  apply: string;
  /** What choosing another layout does. */
  note: string;
  onApply(layout: Layout): void;
  onClose(): void;
}

/** Chooses one of the named layouts, or draws an own one. */
export function LayoutDialog(props: LayoutDialogProps) {
  const { t } = useTranslation();
  const { opened, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={t('layout.title')} size="lg">
      {opened && <LayoutForm {...props} />}
    </Modal>
  );
}

function LayoutForm({ layout, apply, note, onApply, onClose }: LayoutDialogProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Layout>(layout);
  return (
    <div className="dialog-form">
      <p className="desk-dim">{note}</p>
      <LayoutChooser layout={chosen} onChange={setChosen} />
      <div className="dialog-buttons">
        <Button onClick={onClose}>{t('dialog.cancel')}</Button>
        <Button variant="filled" disabled={!arrangeLayout(chosen).ok} onClick={() => onApply(chosen)}>
          {apply}
        </Button>
      </div>
    </div>
  );
}
