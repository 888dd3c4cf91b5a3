// Pictures as they should be from the outside, of which nobody can make one: every slice refers to a picture parameter set
// (number 7) that never comes.
import { camera, packets } from '../../cases/cameras/lib/camera.mjs';

/** Slices begin with first_mb_in_slice 0, slice_type 7 and pic_parameter_set_id 7 (ITU-T H.264, 7.3.3). */
const sliceStart = [0b1000_1000, 0b0001_0000];
const isSlice = (nal) => [1, 5].includes(nal[0] & 0x1f);
const broken = (nal) => (isSlice(nal) ? Buffer.from([nal[0], ...sliceStart, ...nal.subarray(3)]) : nal);

camera({ packets: ({ nals, ...unit }) => packets({ ...unit, nals: nals.map(broken) }) });
