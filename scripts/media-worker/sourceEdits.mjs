import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { SetupError } from '../setup/setupError.mjs';

/**
 * @typedef {object} SourceEdit
 * @property {string} file path in the worker's source
 * @property {string} find text that must be there exactly once
 * @property {string} replace
 * @property {string} why
 */

/**
 * What is changed in the worker's source before it is built against the system's libraries.
 * @type {SourceEdit[]}
 */
export const sourceEdits = [
  {
    file: 'meson.build',
    find: "meson_version: '>= 1.1.0'",
    replace: "meson_version: '>= 1.0.1'",
    why: 'Debian 12 has meson 1.0.1, which builds it just as well.',
  },
  {
    file: 'meson.build',
    find: "cpp_args: cpp_args + ['-DMS_EXECUTABLE'],",
    replace: "cpp_args: cpp_args + ['-DMS_EXECUTABLE'],\n  cpp_pch: 'precompiled/worker.hpp',",
    why: 'Reading the same headers in every source took more than half of the build time.',
  },
  {
    file: 'deps/libwebrtc/meson.build',
    find: 'include_directories: libwebrtc_include_directories,\n  cpp_args: cpp_args,',
    replace:
      "include_directories: libwebrtc_include_directories,\n  cpp_args: cpp_args,\n  cpp_pch: 'precompiled/bandwidth.hpp',",
    why: 'The same for the bandwidth estimation.',
  },
  {
    file: 'src/RTC/DtlsTransport.cpp',
    find: '(operationType == BIO_CB_RETURN) ? static_cast<long>(ret) : 1',
    replace: '((operationType & BIO_CB_RETURN) != 0) ? static_cast<long>(ret) : 1',
    why:
      'BIO_CB_RETURN is a bit set beside the operation. Answering 1 to every after-call tells an OpenSSL built with ' +
      'kernel TLS that the BIO does it; the write buffer is then never allocated and the first handshake crashes.',
  },
  {
    file: 'src/handles/UdpSocketHandle.cpp',
    find: '#include "handles/UdpSocketHandle.hpp"\n',
    replace: '#include "handles/UdpSocketHandle.hpp"\n#include "handles/UdpSendBatch.hpp"\n',
    why: 'Datagrams of one turn of the event loop are sent together (next edits).',
  },
  {
    file: 'src/handles/UdpSocketHandle.cpp',
    find: '\t// First try uv_udp_try_send(). In case it can not directly send the datagram\n',
    replace: `\tauto& batch = mingchu::UdpSendBatch::Of(this->uvHandle->loop);

\tif (batch.Add(this->uvHandle, data, len, addr))
\t{
\t\tthis->sentBytes += len;

\t\tif (cb)
\t\t{
\t\t\t(*cb)(true);
\t\t\tdelete cb;
\t\t}

\t\treturn;
\t}

\tbatch.Flush();

\t// First try uv_udp_try_send(). In case it can not directly send the datagram
`,
    why: 'A system call for each datagram took two fifths of the time of a worker with hundreds of consumers.',
  },
  {
    file: 'src/handles/UdpSocketHandle.cpp',
    find: '\tthis->closed = true;\n',
    replace: '\tmingchu::UdpSendBatch::Of(this->uvHandle->loop).Flush();\n\n\tthis->closed = true;\n',
    why: 'What was given to a socket before it is closed is still sent.',
  },
  {
    file: 'src/DepLibUV.cpp',
    find: '#include "DepLibUV.hpp"\n',
    replace: '#include "DepLibUV.hpp"\n#include "handles/UdpSendBatch.hpp"\n',
    why: 'The next edit.',
  },
  {
    file: 'src/DepLibUV.cpp',
    find: '\tuv_stop(DepLibUV::loop);\n',
    replace: '\tmingchu::UdpSendBatch::Close(DepLibUV::loop);\n\n\tuv_stop(DepLibUV::loop);\n',
    why: 'The event loop is left without handles.',
  },
  {
    file: 'src/RTC/PlainTransport.cpp',
    find: '#include "RTC/PlainTransport.hpp"\n',
    replace: '#include "RTC/PlainTransport.hpp"\n#include "handles/PacketBundle.hpp"\n',
    why: 'The next edit.',
  },
  {
    file: 'src/RTC/PlainTransport.cpp',
    find: '\t\tOnPacketReceived(&tuple, data, len, bufferLen, receivedAtUs);\n\t}\n} // namespace RTC',
    replace: `\t\tif (mingchu::IsBundle(data, len))
\t\t{
\t\t\t// Only whoever may send to this transport may send to others through it.
\t\t\tif (this->tuple && this->tuple->Compare(&tuple))
\t\t\t{
\t\t\t\tmingchu::BundleOrder::OfThread().Take(
\t\t\t\t  data,
\t\t\t\t  len,
\t\t\t\t  receivedAtUs,
\t\t\t\t  [](uint16_t port, const uint8_t* packet, size_t packetLen, size_t packetBufferLen, int64_t atUs)
\t\t\t\t  {
\t\t\t\t\t  auto* transport = mingchu::BundleTransports<PlainTransport>::Find(port);

\t\t\t\t\t  if (transport && transport->tuple)
\t\t\t\t\t  {
\t\t\t\t\t\t  transport->OnPacketReceived(transport->tuple, packet, packetLen, packetBufferLen, atUs);
\t\t\t\t\t  }
\t\t\t\t  });
\t\t\t}

\t\t\treturn;
\t\t}

\t\tOnPacketReceived(&tuple, data, len, bufferLen, receivedAtUs);
\t}
} // namespace RTC`,
    why: 'A wake-up and a system call for each packet of a camera took half of the time of a worker.',
  },
  {
    file: 'src/RTC/PlainTransport.cpp',
    find: '\t\t\t  /*channelNotificationHandler*/ this);\n\t\t}\n\t\tcatch',
    replace: `\t\t\t  /*channelNotificationHandler*/ this);

\t\t\tif (this->listenInfo.ip == "127.0.0.1")
\t\t\t{
\t\t\t\tmingchu::BundleTransports<PlainTransport>::Add(this->udpSocket->GetLocalPort(), this);
\t\t\t}
\t\t}
\t\tcatch`,
    why: 'The datagram that one transport receives may hold packets for others of this worker.',
  },
  {
    file: 'src/RTC/PlainTransport.cpp',
    find: '\t\tthis->shared->GetChannelMessageRegistrator()->UnregisterHandler(this->id);\n',
    replace: `\t\tthis->shared->GetChannelMessageRegistrator()->UnregisterHandler(this->id);

\t\tmingchu::BundleTransports<PlainTransport>::Remove(this->udpSocket->GetLocalPort(), this);
`,
    why: 'The edit before.',
  },
  {
    file: 'src/RTC/RTP/SharedPacket.cpp',
    find: '#include "RTC/RTP/SharedPacket.hpp"\n',
    replace: '#include "RTC/RTP/SharedPacket.hpp"\n#include "handles/PacketBuffers.hpp"\n',
    why: 'The next two edits.',
  },
  {
    file: 'src/RTC/RTP/SharedPacket.cpp',
    find: '::operator delete[](buffer, std::align_val_t{ 4 });',
    replace: 'mingchu::PacketBuffers::Give(buffer);',
    why: 'The next edit.',
  },
  {
    file: 'src/RTC/RTP/SharedPacket.cpp',
    find: 'static_cast<uint8_t*>(::operator new[](bufferLength, std::align_val_t{ 4 }))',
    replace: 'mingchu::PacketBuffers::Take(bufferLength)',
    why: 'Each packet that is sent is kept for a while, in memory that is larger than what the C library has at hand.',
  },
];

/**
 * Applies the edits to a copy of the source. Text that is not found exactly once means that the source is not the one
 * the edits were written for; building it anyway could yield a worker that crashes in service.
 * @param {string} directory
 * @param {SourceEdit[]} edits
 */
export function applySourceEdits(directory, edits = sourceEdits) {
  for (const { file, find, replace, why } of edits) {
    const path = join(directory, file);
    let text;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      throw editFailed(file, 'the file is not there', why);
    }
    const found = text.split(find).length - 1;
    if (found !== 1)
      throw editFailed(file, `the text to replace was found ${found} times instead of once`, why);
    writeFileSync(
      path,
      text.replace(find, () => replace),
    );
  }
}

/**
 * @param {string} file
 * @param {string} what
 * @param {string} why
 */
function editFailed(file, what, why) {
  return new SetupError(
    `The media worker's source cannot be prepared: ${what} (${file}; the edit is there because: ${why})`,
    'use the mediasoup version that package-lock.json names (npm ci), or adapt scripts/media-worker/sourceEdits.mjs to the new source.',
  );
}
