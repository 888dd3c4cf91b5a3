// Datagrams of one turn of the event loop leave together: one system call for all of a socket, and those of equal size
// to one receiver as one message that the kernel cuts (UDP_SEGMENT, Linux 4.18). Sending is what costs a media worker
// most; each call into the kernel, each look-up of a route is then paid once for several packets.
#ifndef MINGCHU_UDP_SEND_BATCH_HPP
#define MINGCHU_UDP_SEND_BATCH_HPP

#include "handles/PacketBundle.hpp"
#include <uv.h>
#include <cstddef>
#include <cstdint>

#ifdef __linux__
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <netinet/in.h>
#include <sys/socket.h>
#include <vector>

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#endif

namespace mingchu
{
#ifdef __linux__
	class UdpSendBatch
	{
	public:
		/** The batch of this thread's event loop. */
		static UdpSendBatch& Of(uv_loop_t* loop)
		{
			static thread_local UdpSendBatch batch;

			batch.Start(loop);

			return batch;
		}

		/** Sends what is left and leaves the event loop without a handle of ours. */
		static void Close(uv_loop_t* loop)
		{
			auto& batch = Of(loop);

			batch.Flush();
			uv_close(reinterpret_cast<uv_handle_t*>(batch.prepare), OnClosed<uv_prepare_t>);
			uv_close(reinterpret_cast<uv_handle_t*>(batch.check), OnClosed<uv_check_t>);
			uv_close(reinterpret_cast<uv_handle_t*>(batch.idle), OnClosed<uv_idle_t>);
			batch.prepare = nullptr;
			batch.check   = nullptr;
			batch.idle    = nullptr;
			uv_run(loop, UV_RUN_NOWAIT);
		}

		/** Takes a copy of a datagram; false when it must be sent by itself, after a Flush. */
		bool Add(uv_udp_t* handle, const uint8_t* data, size_t len, const sockaddr* address)
		{
			// What waits for room in the socket must stay before what comes later.
			if (len > LargestDatagram || uv_udp_get_send_queue_count(handle) > 0)
			{
				return false;
			}

			socklen_t addressLen{ 0 };

			switch (address->sa_family)
			{
				case AF_INET: addressLen = sizeof(sockaddr_in); break;
				case AF_INET6: addressLen = sizeof(sockaddr_in6); break;
				default: return false;
			}

			if (this->packetCount == MostPackets)
			{
				Flush();
			}

			auto& packet = this->packets[this->packetCount];

			std::memcpy(this->store.get() + (this->packetCount * LargestDatagram), data, len);
			packet.len  = static_cast<uint16_t>(len);
			packet.next = None;

			auto& group = this->groups[FindGroup(handle, address, addressLen)];

			if (group.first == None)
			{
				group.first = this->packetCount;
			}
			else
			{
				this->packets[group.last].next = this->packetCount;
			}

			group.last = this->packetCount++;

			return true;
		}

		/** Sends everything that was taken, to each receiver in the order in which it was taken. */
		void Flush()
		{
			if (this->packetCount == 0)
			{
				return;
			}

			size_t sent{ 0 };

			while (sent < this->groups.size())
			{
				uv_udp_t* handle = this->groups[sent].handle;

				this->messages.clear();

				for (; sent < this->groups.size() && this->groups[sent].handle == handle; ++sent)
				{
					AddMessages(this->groups[sent]);
				}

				SendMessages(handle);
			}

			this->packetCount = 0;
			this->groups.clear();
			this->buckets.fill(None);
		}

	private:
		static constexpr size_t LargestDatagram{ 2048 };
		static constexpr uint16_t MostPackets{ 512 };
		// What the kernel cuts at most, and what an UDP header can tell the length of.
		static constexpr size_t MostSegments{ 64 };
		static constexpr size_t MostMessageBytes{ 60000 };
		static constexpr uint16_t None{ 0xFFFF };
		/** After as many refusals in a row nothing is given to the kernel to cut. */
		static constexpr unsigned MostRefusals{ 3 };

		struct Packet
		{
			uint16_t len{ 0 };
			/** The next one to the same receiver. */
			uint16_t next{ None };
		};

		/** What one socket sends to one receiver. */
		struct Group
		{
			uv_udp_t* handle{ nullptr };
			sockaddr_in6 address{};
			socklen_t addressLen{ 0 };
			uint16_t first{ None };
			uint16_t last{ None };
			uint16_t nextInBucket{ None };
		};

		/** Datagrams of one size, the last of which may be smaller. */
		struct Message
		{
			const Group* group{ nullptr };
			uint16_t first{ None };
			uint16_t count{ 0 };
		};

		struct Queued
		{
			uv_udp_send_t request{};
			std::array<char, LargestDatagram> data{};
		};

		void Start(uv_loop_t* loop)
		{
			if (this->prepare != nullptr)
			{
				return;
			}

			// The one before the loop waits, for what timers send; the other after it has read.
			this->prepare       = new uv_prepare_t;
			this->check         = new uv_check_t;
			this->idle          = new uv_idle_t;
			this->prepare->data = this;
			this->check->data   = this;
			uv_prepare_init(loop, this->prepare);
			uv_check_init(loop, this->check);
			uv_idle_init(loop, this->idle);
			uv_prepare_start(this->prepare, BeforePoll);
			uv_check_start(this->check, AfterPoll);
			uv_unref(reinterpret_cast<uv_handle_t*>(this->prepare));
			uv_unref(reinterpret_cast<uv_handle_t*>(this->check));
			uv_unref(reinterpret_cast<uv_handle_t*>(this->idle));
			this->buckets.fill(None);
		}

		static void BeforePoll(uv_prepare_t* handle)
		{
			static_cast<UdpSendBatch*>(handle->data)->Flush();
			BundleOrder::OfThread().BeginPoll();
		}

		static void AfterPoll(uv_check_t* handle)
		{
			auto& batch = *static_cast<UdpSendBatch*>(handle->data);
			auto& order = BundleOrder::OfThread();

			order.EndPoll();
			batch.Flush();

			// A poll does not sleep while an idle handle is active: what waits goes on at the end of the next one.
			if (order.HasWaiting())
			{
				uv_idle_start(batch.idle, [](uv_idle_t* /*handle*/) {});
			}
			else
			{
				uv_idle_stop(batch.idle);
			}
		}

		template<typename Handle>
		static void OnClosed(uv_handle_t* handle)
		{
			delete reinterpret_cast<Handle*>(handle);
		}

		size_t FindGroup(uv_udp_t* handle, const sockaddr* address, socklen_t addressLen)
		{
			uint64_t hash{ 0xcbf29ce484222325 ^ reinterpret_cast<uintptr_t>(handle) };
			const auto* bytes = reinterpret_cast<const uint8_t*>(address);

			// Port and address; an IPv4 one is padded with zeros.
			for (socklen_t i{ 2 }; i < (addressLen == sizeof(sockaddr_in) ? 8U : addressLen); ++i)
			{
				hash = (hash ^ bytes[i]) * 0x100000001b3;
			}

			auto& bucket = this->buckets[(hash >> 17) % this->buckets.size()];

			for (uint16_t index{ bucket }; index != None; index = this->groups[index].nextInBucket)
			{
				const auto& group = this->groups[index];

				if (
				  group.handle == handle && group.addressLen == addressLen &&
				  std::memcmp(&group.address, address, addressLen) == 0)
				{
					return index;
				}
			}

			Group group;

			group.handle       = handle;
			group.addressLen   = addressLen;
			group.nextInBucket = bucket;
			std::memcpy(&group.address, address, addressLen);
			bucket = static_cast<uint16_t>(this->groups.size());
			this->groups.push_back(group);

			return bucket;
		}

		void AddMessages(const Group& group)
		{
			for (uint16_t index{ group.first }; index != None;)
			{
				Message message;

				message.group = &group;
				message.first = index;

				const size_t size{ this->packets[index].len };
				size_t bytes{ 0 };

				while (index != None && message.count < MostSegments)
				{
					const size_t len{ this->packets[index].len };

					if (len > size || bytes + len > MostMessageBytes)
					{
						break;
					}

					bytes += len;
					++message.count;
					index = this->packets[index].next;

					if (len < size || !this->maySegment)
					{
						break;
					}
				}

				this->messages.push_back(message);
			}
		}

		void SendMessages(uv_udp_t* handle)
		{
			uv_os_fd_t fd{ -1 };

			if (uv_fileno(reinterpret_cast<uv_handle_t*>(handle), &fd) != 0)
			{
				return;
			}

			for (size_t done{ 0 }; done < this->messages.size();)
			{
				const size_t prepared = PrepareHeaders(done);
				const int sent        = sendmmsg(fd, this->headers.data(), prepared, MSG_DONTWAIT);

				if (sent > 0)
				{
					for (int left{ sent }; left > 0; --left)
					{
						this->refusals = this->messages[done++].count > 1 ? 0 : this->refusals;
					}

					continue;
				}

				if (errno == EINTR)
				{
					continue;
				}

				if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
				{
					for (; done < this->messages.size(); ++done)
					{
						Queue(handle, this->messages[done]);
					}

					return;
				}

				const auto& refused = this->messages[done++];

				// This kernel or the way to this receiver does not cut; the packets can go one by one. Whatever else is wrong
				// with a receiver is wrong with each of them.
				if (refused.count > 1)
				{
					if (++this->refusals >= MostRefusals)
					{
						this->maySegment = false;
					}

					Queue(handle, refused);
				}
			}
		}

		/** Describes messages from one on to the kernel. How many. */
		size_t PrepareHeaders(size_t from)
		{
			size_t count{ 0 };
			size_t vectors{ 0 };

			for (size_t index{ from }; index < this->messages.size() && count < this->headers.size(); ++index)
			{
				const auto& message = this->messages[index];

				if (vectors + message.count > this->vectors.size())
				{
					break;
				}

				auto& header = this->headers[count].msg_hdr;

				header             = {};
				header.msg_name    = const_cast<sockaddr_in6*>(&message.group->address);
				header.msg_namelen = message.group->addressLen;
				header.msg_iov     = &this->vectors[vectors];
				header.msg_iovlen  = message.count;

				uint16_t at{ message.first };

				for (uint16_t left{ message.count }; left > 0; --left, at = this->packets[at].next)
				{
					this->vectors[vectors++] = { this->store.get() + (at * LargestDatagram), this->packets[at].len };
				}

				if (message.count > 1)
				{
					auto& control = this->controls[count];

					header.msg_control    = control.data();
					header.msg_controllen = control.size();

					auto* about       = CMSG_FIRSTHDR(&header);
					about->cmsg_level = SOL_UDP;
					about->cmsg_type  = UDP_SEGMENT;
					about->cmsg_len   = CMSG_LEN(sizeof(uint16_t));
					std::memcpy(CMSG_DATA(about), &this->packets[message.first].len, sizeof(uint16_t));
				}

				++count;
			}

			return count;
		}

		/** Leaves the packets of a message to libuv, which waits for room in the socket. */
		void Queue(uv_udp_t* handle, const Message& message)
		{
			uint16_t index{ message.first };

			for (uint16_t left{ message.count }; left > 0; --left, index = this->packets[index].next)
			{
				auto* queued = new Queued;

				queued->request.data = queued;
				std::memcpy(
				  queued->data.data(), this->store.get() + (index * LargestDatagram), this->packets[index].len);

				uv_buf_t buffer = uv_buf_init(queued->data.data(), this->packets[index].len);

				const int error = uv_udp_send(
				  &queued->request,
				  handle,
				  &buffer,
				  1,
				  reinterpret_cast<const sockaddr*>(&message.group->address),
				  [](uv_udp_send_t* request, int /*status*/) { delete static_cast<Queued*>(request->data); });

				if (error != 0)
				{
					delete queued;
				}
			}
		}

	private:
		uv_prepare_t* prepare{ nullptr };
		uv_check_t* check{ nullptr };
		/** Active while a bundle waits. */
		uv_idle_t* idle{ nullptr };
		std::unique_ptr<uint8_t[]> store{ new uint8_t[MostPackets * LargestDatagram] };
		std::array<Packet, MostPackets> packets{};
		uint16_t packetCount{ 0 };
		std::vector<Group> groups;
		std::array<uint16_t, 256> buckets{};
		std::vector<Message> messages;
		std::array<mmsghdr, 64> headers{};
		std::array<iovec, 512> vectors{};
		std::array<std::array<uint8_t, CMSG_SPACE(sizeof(uint16_t))>, 64> controls{};
		bool maySegment{ true };
		unsigned refusals{ 0 };
	};
#else
	/** Elsewhere each datagram is sent by itself. */
	class UdpSendBatch
	{
	public:
		static UdpSendBatch& Of(uv_loop_t* /*loop*/)
		{
			static UdpSendBatch batch;

			return batch;
		}

		static void Close(uv_loop_t* /*loop*/)
		{
		}

		bool Add(uv_udp_t* /*handle*/, const uint8_t* /*data*/, size_t /*len*/, const sockaddr* /*address*/)
		{
			return false;
		}

		void Flush()
		{
		}
	};
#endif
} // namespace mingchu

#endif
