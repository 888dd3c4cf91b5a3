import type { ReactNode } from 'react';
import './message.css';

/** A whole screen or room with nothing else to show: what is so, why, and what to do. */
export function Message({
  title,
  children,
  quiet,
}: {
  title: string;
  children?: ReactNode;
  quiet?: boolean;
}) {
  return (
    <div className={quiet === true ? 'message message--quiet' : 'message'} role="status">
      <div className="message-text">
        <h1>{title}</h1>
        {children}
      </div>
    </div>
  );
}
