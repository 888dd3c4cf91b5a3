import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { openDialog } from './OverDialogs.tsx';
import './quickDialog.css';

export interface QuickDialogProps {
  title: string;
  closeWord: string;
  onClose(): void;
  children: ReactNode;
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
    dialog.showModal();
    openDialog.setState({ element: dialog });
    dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      if (openDialog.getState().element === dialog) openDialog.setState({ element: undefined });
      dialog.close();
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
