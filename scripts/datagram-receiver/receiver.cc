// Receives the datagrams of many ports of this machine for the hub: one call into the kernel for all that wait at a port, and
// one call into JavaScript for all ports of a turn of the event loop. Node's own sockets need a call, a piece of memory of
// 64 KiB and several objects for each datagram.
// `src-sfu/media/datagramReceiver.ts` uses it, and does without where it could not be built. Linux only.
#include <node_api.h>
#include <uv.h>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdint>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>

namespace
{
	/** What `datagramReceiver.ts` expects; another number is not used there. */
	constexpr uint32_t Version{ 2 };
	/** Datagrams that are received before JavaScript is called. */
	constexpr unsigned Slots{ 64 };
	/** Room for the largest datagram; not a power of two, so that the beginnings of all slots do not fall on the same cache lines. */
	constexpr size_t SlotBytes{ 65536 + 576 };
	constexpr size_t LargestDatagram{ 65536 };
	/** Of each datagram: the number of its port, the slot in which it lies, its length, and 1 where it is of the port's other address. */
	constexpr unsigned TableColumns{ 4 };
	constexpr int MostReady{ 256 };
	/** So many times 64 datagrams of one port are received before the others have their turn. */
	constexpr int MostRounds{ 4 };
	/** So many datagrams are received before the rest of the hub has its turn, whoever sent them; it may be up to 255 more. */
	constexpr unsigned MostInTurn{ 1024 };

	struct Port
	{
		int fd;
		in_addr from;
		/** A second address; 0.0.0.0, from which nothing comes, until there is one. */
		in_addr other;
	};

	struct Receiver
	{
		/** The port with which the next turn begins, where the last one stopped before it. */
		uint32_t next{ 0 };
		napi_env env{ nullptr };
		napi_ref onDatagrams{ nullptr };
		napi_ref memoryReference{ nullptr };
		napi_ref tableReference{ nullptr };
		napi_ref resource{ nullptr };
		napi_async_context context{ nullptr };
		napi_async_cleanup_hook_handle cleanup{ nullptr };
		uint8_t* memory{ nullptr };
		int32_t* table{ nullptr };
		int epoll{ -1 };
		uv_poll_t poll{};
		std::unordered_map<uint32_t, Port> ports;
		std::array<mmsghdr, Slots> messages{};
		std::array<iovec, Slots> places{};
		std::array<sockaddr_in, Slots> senders{};
		/** Slots that are filled, and how many of them are listed in the table. */
		unsigned used{ 0 };
		unsigned listed{ 0 };
	};

	/** Calls JavaScript with what is listed. Ports may be opened and closed meanwhile. */
	void Deliver(Receiver& receiver)
	{
		const unsigned count = receiver.listed;

		if (count > 0)
		{
			napi_env env = receiver.env;
			napi_handle_scope scope;

			if (napi_open_handle_scope(env, &scope) != napi_ok)
			{
				return;
			}

			napi_value callback;
			napi_value resource;
			napi_value argument;

			if (
			  napi_get_reference_value(env, receiver.onDatagrams, &callback) == napi_ok &&
			  napi_get_reference_value(env, receiver.resource, &resource) == napi_ok &&
			  napi_create_uint32(env, count, &argument) == napi_ok)
			{
				const auto status =
				  napi_make_callback(env, receiver.context, resource, callback, 1, &argument, nullptr);
				napi_value error;

				if (status == napi_pending_exception && napi_get_and_clear_last_exception(env, &error) == napi_ok)
				{
					napi_fatal_exception(env, error);
				}
			}

			napi_close_handle_scope(env, scope);
		}

		receiver.used   = 0;
		receiver.listed = 0;
	}

	/** Receives what waits at one port; how many datagrams that were, with those that are thrown away. */
	unsigned Receive(Receiver& receiver, uint32_t number)
	{
		unsigned received{ 0 };

		for (int round{ 0 }; round < MostRounds; ++round)
		{
			if (receiver.used == Slots)
			{
				Deliver(receiver);
			}

			const auto port = receiver.ports.find(number);

			// It was closed by what was delivered.
			if (port == receiver.ports.end())
			{
				return received;
			}

			const unsigned first = receiver.used;
			const unsigned room  = Slots - first;

			for (unsigned slot{ first }; slot < Slots; ++slot)
			{
				receiver.messages[slot].msg_hdr.msg_namelen = sizeof(sockaddr_in);
			}

			const int came = recvmmsg(port->second.fd, &receiver.messages[first], room, MSG_DONTWAIT, nullptr);

			if (came <= 0)
			{
				return received;
			}

			received += static_cast<unsigned>(came);

			for (unsigned slot{ first }; slot < first + static_cast<unsigned>(came); ++slot)
			{
				const unsigned bytes = receiver.messages[slot].msg_len;

				const auto sender    = receiver.senders[slot].sin_addr.s_addr;
				const bool isOther   = sender != port->second.from.s_addr;

				if (bytes == 0 || (isOther && (sender == 0 || sender != port->second.other.s_addr)))
				{
					continue;
				}

				int32_t* row = receiver.table + (receiver.listed * TableColumns);

				row[0] = static_cast<int32_t>(number);
				row[1] = static_cast<int32_t>(slot);
				row[2] = static_cast<int32_t>(bytes);
				row[3] = isOther ? 1 : 0;
				receiver.listed += 1;
			}

			receiver.used = first + static_cast<unsigned>(came);

			if (static_cast<unsigned>(came) < room)
			{
				return received;
			}
		}

		return received;
	}

	void OnReadable(uv_poll_t* handle, int /*status*/, int /*events*/)
	{
		auto& receiver = *static_cast<Receiver*>(handle->data);
		std::array<epoll_event, MostReady> ready;
		// What is left is readable in the next turn.
		const int count = epoll_wait(receiver.epoll, ready.data(), MostReady, 0);
		unsigned received{ 0 };
		int first{ 0 };

		for (int index{ 0 }; index < count; ++index)
		{
			if (ready[index].data.u32 == receiver.next)
			{
				first = index;
			}
		}

		for (int index{ 0 }; index < count; ++index)
		{
			const uint32_t number = ready[(first + index) % count].data.u32;

			if (received >= MostInTurn)
			{
				receiver.next = number;

				break;
			}

			received += Receive(receiver, number);
		}

		Deliver(receiver);
	}

	void OnClosed(uv_handle_t* handle)
	{
		auto* receiver = static_cast<Receiver*>(handle->data);

		close(receiver->epoll);
		napi_remove_async_cleanup_hook(receiver->cleanup);
		delete receiver;
	}

	/** The process, or the thread, ends. */
	void Cleanup(napi_async_cleanup_hook_handle /*handle*/, void* data)
	{
		auto* receiver = static_cast<Receiver*>(data);

		for (const auto& [number, port] : receiver->ports)
		{
			close(port.fd);
		}

		receiver->ports.clear();
		uv_poll_stop(&receiver->poll);
		uv_close(reinterpret_cast<uv_handle_t*>(&receiver->poll), OnClosed);
	}

	napi_value Fail(napi_env env, const char* message)
	{
		napi_throw_error(env, nullptr, message);

		return nullptr;
	}

	napi_value Number(napi_env env, int32_t number)
	{
		napi_value value{ nullptr };

		napi_create_int32(env, number, &value);

		return value;
	}

	Receiver* ReceiverOf(napi_env env)
	{
		void* data{ nullptr };

		napi_get_instance_data(env, &data);

		return static_cast<Receiver*>(data);
	}

	/** `start(memory, table, onDatagrams)`: `onDatagrams(count)` is called with as many rows of the table. */
	napi_value Start(napi_env env, napi_callback_info info)
	{
		size_t count{ 3 };
		napi_value arguments[3];

		if (napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr) != napi_ok || count != 3)
		{
			return Fail(env, "start takes memory, a table and a function");
		}

		if (ReceiverOf(env) != nullptr)
		{
			return Fail(env, "it was started before");
		}

		void* memory{ nullptr };
		size_t memoryBytes{ 0 };
		void* table{ nullptr };
		size_t tableLength{ 0 };
		napi_typedarray_type tableType;
		napi_valuetype callbackType;
		bool isBuffer{ false };
		bool isTable{ false };

		napi_is_buffer(env, arguments[0], &isBuffer);
		napi_is_typedarray(env, arguments[1], &isTable);

		if (
		  !isBuffer || !isTable ||
		  napi_get_buffer_info(env, arguments[0], &memory, &memoryBytes) != napi_ok ||
		  napi_get_typedarray_info(env, arguments[1], &tableType, &tableLength, &table, nullptr, nullptr) !=
		    napi_ok ||
		  napi_typeof(env, arguments[2], &callbackType) != napi_ok || memoryBytes < Slots * SlotBytes ||
		  tableType != napi_int32_array || tableLength < Slots * TableColumns ||
		  callbackType != napi_function)
		{
			return Fail(env, "the memory or the table is too small, or no function was given");
		}

		uv_loop_t* loop{ nullptr };

		if (napi_get_uv_event_loop(env, &loop) != napi_ok)
		{
			return Fail(env, "there is no event loop");
		}

		auto* receiver  = new Receiver;
		receiver->env   = env;
		receiver->epoll = epoll_create1(EPOLL_CLOEXEC);

		if (receiver->epoll == -1)
		{
			delete receiver;

			return Fail(env, "the system gives no epoll");
		}

		if (uv_poll_init(loop, &receiver->poll, receiver->epoll) != 0)
		{
			close(receiver->epoll);
			delete receiver;

			return Fail(env, "the event loop takes no epoll");
		}

		receiver->poll.data = receiver;
		receiver->memory    = static_cast<uint8_t*>(memory);
		receiver->table     = static_cast<int32_t*>(table);

		for (unsigned slot{ 0 }; slot < Slots; ++slot)
		{
			receiver->places[slot] = { receiver->memory + (slot * SlotBytes), LargestDatagram };
			auto& header           = receiver->messages[slot].msg_hdr;
			header.msg_name        = &receiver->senders[slot];
			header.msg_iov         = &receiver->places[slot];
			header.msg_iovlen      = 1;
		}

		napi_value resource;
		napi_value name;

		napi_create_object(env, &resource);
		napi_create_string_utf8(env, "datagrams", NAPI_AUTO_LENGTH, &name);
		napi_create_reference(env, arguments[0], 1, &receiver->memoryReference);
		napi_create_reference(env, arguments[1], 1, &receiver->tableReference);
		napi_create_reference(env, arguments[2], 1, &receiver->onDatagrams);
		napi_create_reference(env, resource, 1, &receiver->resource);
		napi_async_init(env, resource, name, &receiver->context);
		napi_set_instance_data(env, receiver, nullptr, nullptr);
		napi_add_async_cleanup_hook(env, Cleanup, receiver, &receiver->cleanup);
		uv_poll_start(&receiver->poll, UV_READABLE, OnReadable);
		// It keeps no process alive.
		uv_unref(reinterpret_cast<uv_handle_t*>(&receiver->poll));

		return nullptr;
	}

	/** An IPv4 address that JavaScript gave as text; false where it is something else. */
	bool ReadAddress(napi_env env, napi_value value, in_addr& address)
	{
		char text[INET_ADDRSTRLEN + 1];
		size_t length{ 0 };

		return napi_get_value_string_utf8(env, value, text, sizeof(text), &length) == napi_ok &&
		       inet_pton(AF_INET, text, &address) == 1;
	}

	/** `open(number, host, port, receiveBytes, from)`: 0, or the negative number of the system's error. */
	napi_value Open(napi_env env, napi_callback_info info)
	{
		size_t count{ 5 };
		napi_value arguments[5];
		uint32_t number{ 0 };
		uint32_t port{ 0 };
		int32_t receiveBytes{ 0 };
		sockaddr_in address{};
		in_addr from{};
		auto* receiver = ReceiverOf(env);

		if (receiver == nullptr)
		{
			return Fail(env, "it was not started");
		}

		if (
		  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr) != napi_ok || count != 5 ||
		  napi_get_value_uint32(env, arguments[0], &number) != napi_ok ||
		  !ReadAddress(env, arguments[1], address.sin_addr) ||
		  napi_get_value_uint32(env, arguments[2], &port) != napi_ok || port > 65535 ||
		  napi_get_value_int32(env, arguments[3], &receiveBytes) != napi_ok ||
		  !ReadAddress(env, arguments[4], from) || receiver->ports.count(number) > 0)
		{
			return Number(env, -EINVAL);
		}

		address.sin_family = AF_INET;
		address.sin_port   = htons(static_cast<uint16_t>(port));
		const int fd       = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		if (fd == -1)
		{
			return Number(env, -errno);
		}

		epoll_event event{};

		event.events   = EPOLLIN;
		event.data.u32 = number;
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receiveBytes, sizeof(receiveBytes));

		if (
		  bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == -1 ||
		  epoll_ctl(receiver->epoll, EPOLL_CTL_ADD, fd, &event) == -1)
		{
			const int error = errno;

			close(fd);

			return Number(env, -error);
		}

		receiver->ports[number] = { fd, from, {} };

		return Number(env, 0);
	}

	/** `hear(number, other)`: datagrams of this address are taken as well. */
	napi_value Hear(napi_env env, napi_callback_info info)
	{
		size_t count{ 2 };
		napi_value arguments[2];
		uint32_t number{ 0 };
		in_addr other{};
		auto* receiver = ReceiverOf(env);

		if (
		  receiver == nullptr ||
		  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr) != napi_ok || count != 2 ||
		  napi_get_value_uint32(env, arguments[0], &number) != napi_ok ||
		  !ReadAddress(env, arguments[1], other))
		{
			return nullptr;
		}

		const auto port = receiver->ports.find(number);

		if (port != receiver->ports.end())
		{
			port->second.other = other;
		}

		return nullptr;
	}

	/** `close(number)`: nothing of this port is received any more. */
	napi_value Close(napi_env env, napi_callback_info info)
	{
		size_t count{ 1 };
		napi_value argument;
		uint32_t number{ 0 };
		auto* receiver = ReceiverOf(env);

		if (
		  receiver == nullptr ||
		  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr) != napi_ok || count != 1 ||
		  napi_get_value_uint32(env, argument, &number) != napi_ok)
		{
			return nullptr;
		}

		const auto port = receiver->ports.find(number);

		if (port != receiver->ports.end())
		{
			// The kernel takes it out of the epoll with it.
			close(port->second.fd);
			receiver->ports.erase(port);
		}

		return nullptr;
	}

	napi_value Init(napi_env env, napi_value exports)
	{
		napi_value version;
		const std::array<napi_property_descriptor, 4> functions{ {
		  { "start", nullptr, Start, nullptr, nullptr, nullptr, napi_default, nullptr },
		  { "open", nullptr, Open, nullptr, nullptr, nullptr, napi_default, nullptr },
		  { "hear", nullptr, Hear, nullptr, nullptr, nullptr, napi_default, nullptr },
		  { "close", nullptr, Close, nullptr, nullptr, nullptr, napi_default, nullptr },
		} };

		napi_create_uint32(env, Version, &version);
		napi_set_named_property(env, exports, "version", version);
		napi_define_properties(env, exports, functions.size(), functions.data());

		return exports;
	}
} // namespace

NAPI_MODULE(datagram_receiver, Init)
