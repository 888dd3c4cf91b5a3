import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '../../../../src-shared/attachments/attachments.protocol.ts';
import { seatWords } from '../../../ui/seatWords.ts';
import './fieldAttachments.css';

export interface OrderFilesProps {
  /** What others put with the order, the oldest first; the member's own are on the phone already. */
  attachments: readonly Attachment[];
  timeOfDay(atMs: number): string;
  /** Undefined where the hub is not reached or has it no more. */
  load(attachmentId: string, part: 'file' | 'thumbnail'): Promise<Blob | undefined>;
}

/** The picture of the alert, and photographs, notes and files of the desk and of the others, in an order on a phone. */
export function OrderFiles({ attachments, ...rest }: OrderFilesProps) {
  const { t } = useTranslation();
  if (attachments.length === 0) return null;
  return (
    <ul className="field-order-files" aria-label={t('field.attachments.ofOrder')}>
      {attachments.map((one) => (
        <OrderFile key={one.attachmentId} one={one} {...rest} />
      ))}
    </ul>
  );
}

/** A photograph is shown small, and large when it is touched; a note or a file is fetched when it is touched: the network may be bad. */
function OrderFile({ one, timeOfDay, load }: Omit<OrderFilesProps, 'attachments'> & { one: Attachment }) {
  const { t } = useTranslation();
  const { attachmentId, kind, purpose, by, takenAtMs } = one;
  const [touches, setTouches] = useState(0);
  const isPhotograph = kind === 'photograph';
  const isLarge = isPhotograph && touches % 2 === 1;
  const part = isPhotograph && !isLarge ? 'thumbnail' : 'file';
  const url = useFile(isPhotograph || touches > 0 ? () => load(attachmentId, part) : undefined, touches);
  const what = purpose === undefined ? t(`attachments.kind.${kind}`) : t(`attachments.purpose.${purpose}`);
  const who =
    by.kind !== 'hub'
      ? seatWords(by.name, t)
      : by.name === ''
        ? undefined
        : t('attachments.fromCamera', { name: by.name });
  const name = [what, timeOfDay(takenAtMs), who].filter((word) => word !== undefined).join(' · ');
  const isOpened = url !== undefined && url !== 'none';
  return (
    <li data-order-file={purpose ?? kind} data-large={isLarge}>
      {kind === 'voice' && isOpened ? (
        <audio controls src={url} aria-label={name} />
      ) : kind === 'document' && isOpened ? (
        <a className="field-key" href={url} download={`${attachmentId}.pdf`}>
          {t('field.attachments.save')}
        </a>
      ) : (
        <button
          type="button"
          className={isPhotograph ? 'field-order-picture' : 'field-key'}
          aria-pressed={isPhotograph ? isLarge : undefined}
          aria-label={name}
          onClick={() => setTouches(touches + 1)}
        >
          {isPhotograph && isOpened ? <img src={url} alt="" /> : t('field.attachments.open')}
        </button>
      )}
      <span className="field-quiet">{name}</span>
      {url === 'none' && (
        <span className="field-order-late" role="status">
          {t('field.attachments.notLoaded')}
        </span>
      )}
    </li>
  );
}

/** Fetches once for each touch; the address is given back with the page's part. */
function useFile(
  load: (() => Promise<Blob | undefined>) | undefined,
  touches: number,
): string | 'none' | undefined {
  const [url, setUrl] = useState<string | undefined>();
  useEffect(() => {
    let isLeft = false;
    let made: string | undefined;
    void load?.().then((blob) => {
      if (isLeft) return;
      made = blob === undefined ? undefined : URL.createObjectURL(blob);
      setUrl(made ?? 'none');
    });
    return () => {
      isLeft = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
    // `load` is new with every drawing; what it loads changes with each touch.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [touches]);
  return url;
}
