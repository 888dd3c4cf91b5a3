import './deskNotices.css';

/** A line that says what came of something the operator did. */
export interface DeskNoticeLine {
  id: string;
  /** What is not normal stands out, and stays until it is closed or a while has passed. */
  wrong: boolean;
  text: string;
  /** More of it, such as the hub's own sentence. */
  detail: string;
}

/** The last things said, in a corner, over everything. */
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
      {lines.map(({ id, wrong, text, detail }) => (
        <div key={id} className={wrong ? 'desk-notice desk-notice--wrong' : 'desk-notice'}>
          <div>
            <p className="desk-notice-text">{text}</p>
            {detail !== '' && <p className="desk-notice-detail">{detail}</p>}
          </div>
          <button type="button" aria-label={closeWord} onClick={() => onClose(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
