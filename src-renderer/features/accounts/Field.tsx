import { useId, type InputHTMLAttributes } from 'react';
import './accountForms.css';

/** A field with its name above it, and a hint below. */
export function Field({
  label,
  hint,
  ...input
}: { label: string; hint?: string } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="sign-in-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        // In a window of the desk the window gives the focus.
        {...(input.autoFocus === true ? { 'data-autofocus': true } : {})}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
        {...input}
      />
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}
