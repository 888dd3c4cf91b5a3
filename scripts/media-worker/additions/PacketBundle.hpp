// Several RTP packets in one datagram: what the hub sends on of the pictures of one moment, whichever cameras they are of,
// at the price of one. Receiving is what a media worker does most of for a camera; each wake-up and each call into the
// kernel is then paid once for several pictures instead of once for each packet. src-sfu/media/packetBundles.ts makes them.
#ifndef MINGCHU_PACKET_BUNDLE_HPP
#define MINGCHU_PACKET_BUNDLE_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mingchu
{
	/** The first bytes of a bundle. Neither RTP and RTCP (128 to 191) nor DTLS nor STUN begins so (RFC 7983, 7). */
	inline constexpr std::array<uint8_t, 4> BundleMark{ 'M', 'C', 'B', '2' };
	/** The mark and the bundle's number, 4 bytes, the high one first. */
	inline constexpr size_t BundleHeadBytes{ BundleMark.size() + 4 };
	/** Before each packet: the port of the transport that it is for and its length, 2 bytes each, the high one first. */
	inline constexpr size_t BundledHeadBytes{ 4 };

	inline bool IsBundle(const uint8_t* data, size_t len)
	{
		return len >= BundleHeadBytes && std::memcmp(data, BundleMark.data(), BundleMark.size()) == 0;
	}

	/**
	 * Takes bundles apart in the order of their numbers. They come through the sockets of several transports, so that the
	 * worker may read one before another that was sent earlier. That one had arrived when the later one was read, but its
	 * socket may not be among those that this poll of the event loop found readable; the next poll finds it. So one that
	 * comes too early waits until the end of the first poll that began after it was put aside.
	 */
	class BundleOrder
	{
	public:
		using Deliver = void (*)(
		  uint16_t port, const uint8_t* packet, size_t len, size_t bufferLen, int64_t receivedAtUs);

		/** That of this thread. */
		static BundleOrder& OfThread()
		{
			// Never deleted, because transports may end after what belongs to the thread.
			static thread_local auto* order = new BundleOrder;

			return *order;
		}

		/** Hands on each packet of a bundle, now or at the end of a poll. What is cut off at the end is left out. */
		void Take(const uint8_t* data, size_t len, int64_t receivedAtUs, Deliver deliver)
		{
			const uint32_t number = (static_cast<uint32_t>(data[4]) << 24) | (static_cast<uint32_t>(data[5]) << 16) |
			                        (static_cast<uint32_t>(data[6]) << 8) | data[7];

			if (this->polls > 0 && IsBefore(this->next, number))
			{
				const auto place = std::upper_bound(
				  this->waiting.begin(),
				  this->waiting.end(),
				  number,
				  [](uint32_t one, const Waiting& other) { return IsBefore(one, other.number); });

				this->waiting.insert(place, { number, this->polls, receivedAtUs, deliver, { data, data + len } });

				// So many come after one that was lost, or after one that is late beyond measure.
				if (this->waiting.size() > MostWaiting)
				{
					HandOnFirst();
				}
			}
			else
			{
				// One that comes after those behind it is late, but not lost.
				Pass(number);
				HandOn(data, len, receivedAtUs, deliver);
			}

			HandOnFollowing();
		}

		/** The event loop is about to ask which sockets are readable. Until the first call nothing waits. */
		void BeginPoll()
		{
			++this->polls;
		}

		/** What was readable is read: what has not come by now, and was sent before what waited when the poll began, was lost. */
		void EndPoll()
		{
			size_t due{ 0 };

			for (size_t index{ 0 }; index < this->waiting.size(); ++index)
			{
				if (this->waiting[index].poll != this->polls)
				{
					due = index + 1;
				}
			}

			for (; due > 0; --due)
			{
				HandOnFirst();
			}

			HandOnFollowing();
		}

		/** Whether another poll is needed, even if nothing more comes. */
		bool HasWaiting() const
		{
			return !this->waiting.empty();
		}

	private:
		static constexpr size_t MostWaiting{ 64 };

		struct Waiting
		{
			uint32_t number{ 0 };
			/** The poll in which it was read. */
			uint64_t poll{ 0 };
			int64_t receivedAtUs{ 0 };
			Deliver deliver{ nullptr };
			std::vector<uint8_t> bytes;
		};

		/** The numbers go around. */
		static bool IsBefore(uint32_t one, uint32_t other)
		{
			return static_cast<int32_t>(one - other) < 0;
		}

		/** What is behind this number is not waited for any more. */
		void Pass(uint32_t number)
		{
			if (!IsBefore(number, this->next))
			{
				this->next = number + 1;
			}
		}

		/** Hands on the earliest that waits. */
		void HandOnFirst()
		{
			const Waiting bundle = std::move(this->waiting.front());

			this->waiting.erase(this->waiting.begin());
			Pass(bundle.number);
			HandOn(bundle.bytes.data(), bundle.bytes.size(), bundle.receivedAtUs, bundle.deliver);
		}

		/** Hands on what waits and has nothing missing before it. */
		void HandOnFollowing()
		{
			while (!this->waiting.empty() && !IsBefore(this->next, this->waiting.front().number))
			{
				HandOnFirst();
			}
		}

		static void HandOn(const uint8_t* data, size_t len, int64_t receivedAtUs, Deliver deliver)
		{
			// A copy, because what handles a packet may write behind its end (header extensions grow in place), and because
			// packets must begin at a multiple of 4.
			alignas(4) static thread_local std::array<uint8_t, 65536> packet;

			for (size_t at{ BundleHeadBytes }; at + BundledHeadBytes <= len;)
			{
				const auto port    = static_cast<uint16_t>((data[at] << 8) | data[at + 1]);
				const size_t bytes = (static_cast<size_t>(data[at + 2]) << 8) | data[at + 3];

				at += BundledHeadBytes;

				if (bytes == 0 || bytes > len - at)
				{
					break;
				}

				std::memcpy(packet.data(), data + at, bytes);
				deliver(port, packet.data(), bytes, packet.size(), receivedAtUs);
				at += bytes;
			}
		}

		/** The number of the bundle that follows. */
		uint32_t next{ 0 };
		/** Polls that began. */
		uint64_t polls{ 0 };
		/** By their numbers. */
		std::vector<Waiting> waiting;
	};

	/** The transports of this thread by the ports at which they receive. */
	template<typename Transport>
	class BundleTransports
	{
	public:
		static void Add(uint16_t port, Transport* transport)
		{
			ByPort()[port] = transport;
		}

		/** Forgets a transport that ends; another one that has its port meanwhile stays. */
		static void Remove(uint16_t port, const Transport* transport)
		{
			auto& byPort     = ByPort();
			const auto found = byPort.find(port);

			if (found != byPort.end() && found->second == transport)
			{
				byPort.erase(found);
			}
		}

		/** Null where no transport receives at this port. */
		static Transport* Find(uint16_t port)
		{
			const auto& byPort = ByPort();
			const auto found   = byPort.find(port);

			return found == byPort.end() ? nullptr : found->second;
		}

	private:
		static std::unordered_map<uint16_t, Transport*>& ByPort()
		{
			// Never deleted, because transports may end after what belongs to the thread.
			static thread_local auto* byPort = new std::unordered_map<uint16_t, Transport*>;

			return *byPort;
		}
	};
} // namespace mingchu

#endif
