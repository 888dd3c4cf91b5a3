// Memory for the packets that a media worker keeps for receivers who lose one: one copy of each packet that is sent, two
// seconds long. They are larger than what the C library keeps at hand, so that each of them is a search in its lists; here
// the memory of an old packet is that of the next one.
#ifndef MINGCHU_PACKET_BUFFERS_HPP
#define MINGCHU_PACKET_BUFFERS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace mingchu
{
	class PacketBuffers
	{
	public:
		/** At least `len` bytes, aligned as for any type of up to 8 bytes. To be given back by `Give`. */
		static uint8_t* Take(size_t len)
		{
			const size_t step{ (len + StepBytes - 1) / StepBytes };

			if (step < Steps)
			{
				auto& kept = Kept()[step];

				if (!kept.empty())
				{
					auto* head = kept.back();

					kept.pop_back();

					return head->Bytes();
				}
			}

			auto* head = static_cast<Head*>(::operator new(sizeof(Head) + (step * StepBytes)));

			head->step = step;

			return head->Bytes();
		}

		/** Takes back what `Take` gave. */
		static void Give(uint8_t* bytes)
		{
			if (bytes == nullptr)
			{
				return;
			}

			auto* head = reinterpret_cast<Head*>(bytes) - 1;

			if (head->step < Steps && Kept()[head->step].size() < MostKept)
			{
				Kept()[head->step].push_back(head);
			}
			else
			{
				::operator delete(head);
			}
		}

	private:
		/** Sizes are rounded up to steps of so many bytes. */
		static constexpr size_t StepBytes{ 256 };
		/** What is longer than the packets of a network, 1,792 bytes, goes back at once. */
		static constexpr size_t Steps{ 8 };
		/** Unused ones of each size, so that a busy hour does not hold its memory for ever: 7 MiB in all. */
		static constexpr size_t MostKept{ 1024 };

		/** Stands before the bytes. */
		struct Head
		{
			alignas(8) size_t step{ 0 };

			uint8_t* Bytes()
			{
				return reinterpret_cast<uint8_t*>(this + 1);
			}
		};

		static std::array<std::vector<Head*>, Steps>& Kept()
		{
			// Never deleted, because packets may end after what belongs to the thread.
			static thread_local auto* kept = new std::array<std::vector<Head*>, Steps>;

			return *kept;
		}
	};
} // namespace mingchu

#endif
