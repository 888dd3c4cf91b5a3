import { startSurface } from '../shared/startSurface.tsx';
import { UnbuiltSurface } from './UnbuiltSurface.tsx';

void startSurface('showcase', ({ session }) => ({
  view: <UnbuiltSurface surface="showcase" session={session} />,
}));
