import './deskNotices.css';

/** A message about the result of something that the officer did. */
export interface DeskNoticeLine {
  id: string;
  /** A failure stands out. */
  isFailure: boolean;
  text: string;
  /** What may be opened from it. */
  offer?: { text: string; open(): void };
}

/** The last messages, in a corner, over everything. */
export function DeskNotices({
  lines,
  closeWord,
  onClose,
}: {
  lines: readonly DeskNoticeLine[];
  closeWord: string;
  onClose(id: string): void;
}) {
  return (
    <div className="desk-notices" role="status" aria-live="polite">
      {lines.map(({ id, isFailure, text, offer }) => (
        <div key={id} className={isFailure ? 'desk-notice desk-notice--wrong' : 'desk-notice'}>
          <p className="desk-notice-text">{text}</p>
          {offer !== undefined && (
            <button
              type="button"
              className="desk-notice-offer"
              onClick={() => {
                onClose(id);
                offer.open();
              }}
            >
              {offer.text}
            </button>
          )}
          <button type="button" aria-label={closeWord} onClick={() => onClose(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
