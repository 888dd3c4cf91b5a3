import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { openDialog } from './OverDialogs.tsx';
import './quickDialog.css';

export interface QuickDialogProps {
  title: string;
  closeWord: string;
  onClose(): void;
  children: ReactNode;
}

/** What had the focus when each window was opened. */
const openers = new WeakMap<Element, Element | null>();

/** What the focus goes back to: what opened the window, or, where that is gone with a window of its own, what opened that one. */
function openerOf(dialog: Element): Element | undefined {
  const opener = openers.get(dialog);
  if (opener === undefined || opener === null) return undefined;
  if (opener.isConnected) return opener;
  const around = opener.closest('dialog');
  return around === null ? undefined : openerOf(around);
}

/**
 * A window that has the keyboard the moment it is opened: not one key of somebody who types fast is lost. The element with
 * `data-autofocus` gets the focus. Shown as long as it is rendered.
 */
export function QuickDialog({ title, closeWord, onClose, children }: QuickDialogProps) {
  const dialogRef = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = dialogRef.current;
    if (dialog === null) return undefined;
    openers.set(dialog, document.activeElement);
    dialog.showModal();
    openDialog.setState({ element: dialog });
    dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      if (openDialog.getState().element === dialog) openDialog.setState({ element: undefined });
      dialog.close();
      const opener = openerOf(dialog);
      if (opener instanceof HTMLElement && document.activeElement !== opener) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialogRef}
      className="quick-dialog"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // The room around the window belongs to the dialog element itself.
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className="quick-dialog-body">
        <header>
          <h1>{title}</h1>
          <button type="button" aria-label={closeWord} onClick={onClose}>
            ×
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
