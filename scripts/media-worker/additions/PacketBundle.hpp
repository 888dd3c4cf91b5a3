// Several RTP packets of one stream in one datagram: what the hub sends on of one picture, at the price of one. Receiving
// is what a media worker does most of for a camera; each wake-up and each call into the kernel is then paid once for a
// picture instead of once for each of its packets. src-sfu/media/packetBundles.ts makes them.
#ifndef MINGCHU_PACKET_BUNDLE_HPP
#define MINGCHU_PACKET_BUNDLE_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mingchu
{
	/** The first bytes of a bundle. Neither RTP and RTCP (128 to 191) nor DTLS nor STUN begins so (RFC 7983, 7). */
	inline constexpr std::array<uint8_t, 4> BundleMark{ 'M', 'C', 'B', '1' };

	/**
	 * Hands on each packet of a bundle, as `deliver(data, len, bufferLen)`: each has its length before it, 2 bytes, the
	 * high one first. What is cut off at the end is left out. False, and nothing is handed on, when the datagram is no
	 * bundle.
	 */
	template<typename Deliver>
	bool SplitBundle(const uint8_t* data, size_t len, Deliver deliver)
	{
		if (len < BundleMark.size() || std::memcmp(data, BundleMark.data(), BundleMark.size()) != 0)
		{
			return false;
		}

		// A copy, because what handles a packet may write behind its end (header extensions grow in place), and because
		// packets must begin at a multiple of 4.
		alignas(4) static thread_local std::array<uint8_t, 65536> packet;

		for (size_t at{ BundleMark.size() }; at + 2 <= len;)
		{
			const size_t bytes = (static_cast<size_t>(data[at]) << 8) | data[at + 1];

			at += 2;

			if (bytes == 0 || bytes > len - at)
			{
				break;
			}

			std::memcpy(packet.data(), data + at, bytes);
			deliver(packet.data(), bytes, packet.size());
			at += bytes;
		}

		return true;
	}
} // namespace mingchu

#endif
