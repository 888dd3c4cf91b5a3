import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SharedSet } from '../../../src-shared/cascade/cascade.protocol.ts';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import { May } from '../../ui/May.tsx';

export interface SharedSetFormProps {
  known: { shared: SharedSet; revision: string };
  isBusy: boolean;
  /** Site and camera, such as `实验小学 · 后厨一号`. */
  titleOf(cameraId: string): string;
  /** Opens the search for a camera. */
  pick(onPicked: (cameraId: string) => void): void;
  /** `revision`: of the set with which the form began. */
  onSave(shared: SharedSet, revision: string): void;
  onCancel(): void;
}

/** Which cameras an upper platform has: whole districts, and single cameras beside them. */
export function SharedSetForm({ known, isBusy, titleOf, pick, onSave, onCancel }: SharedSetFormProps) {
  const { t } = useTranslation();
  const [{ shared, revision }] = useState(known);
  const [chosen, setChosen] = useState<readonly string[]>(shared.districts);
  const [cameraIds, setCameraIds] = useState<readonly string[]>(shared.cameraIds);
  return (
    <form
      className="cascade-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) onSave({ districts: [...chosen], cameraIds: [...cameraIds] }, revision);
      }}
    >
      <p className="desk-dim">{t('cascade.shareText')}</p>
      <Checkbox.Group
        label={t('cascade.districts')}
        value={[...chosen]}
        onChange={(wanted) => setChosen(wanted)}
      >
        <span className="desk-row">
          {districts.map((district) => (
            <Checkbox key={district} value={district} label={district} />
          ))}
        </span>
      </Checkbox.Group>
      <div>
        {t('cascade.single')}
        <ul className="cascade-single">
          {cameraIds.map((cameraId) => (
            <li key={cameraId} data-single={cameraId}>
              {titleOf(cameraId)}
              <Button
                size="compact-xs"
                onClick={() => setCameraIds(cameraIds.filter((one) => one !== cameraId))}
              >
                {t('cascade.leaveOut')}
              </Button>
            </li>
          ))}
        </ul>
        <Button
          size="compact-sm"
          onClick={() => pick((cameraId) => setCameraIds((before) => [...new Set([...before, cameraId])]))}
        >
          {t('cascade.addCamera')}
        </Button>
      </div>
      <May asks="cascade:share">
        <div className="desk-row">
          <Button type="submit" variant="filled" aria-disabled={isBusy}>
            {t('cascade.save')}
          </Button>
          <Button onClick={onCancel}>{t('dialog.cancel')}</Button>
        </div>
      </May>
    </form>
  );
}
