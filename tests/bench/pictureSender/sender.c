// Sends one clip as the program streams of many channels by UDP, for a bench: the packets of each picture are made once, and only what
// differs between channels is written before they leave by one call into the kernel. Linux only; compiled by `pictureSender.ts`.
//
// sender CLIP PICTURES_PER_SECOND
//
// CLIP: for each picture, in numbers of 32 bits of this machine, its bytes, whether it is a key picture, and where its time stands, then the bytes.
// Commands by standard input, a line each: `open ID PORT SSRC`, `key ID`, `close ID`, `count`, which is answered by a line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEADER = 12, PAYLOAD = 1400, PACKET = HEADER + PAYLOAD, SLOTS = 64, CHANNELS = 4096, AT_ONCE = 128 };

struct picture {
	uint8_t *packets;
	/** Which byte of the picture is the first one of its time. */
	uint32_t time;
	uint32_t count;
	uint32_t last;
	uint32_t isKey;
};

struct channel {
	int isOpen;
	struct sockaddr_in to;
	uint32_t ssrc;
	uint16_t sequence;
	uint32_t index;
	uint32_t sent;
};

static struct picture *pictures;
static uint32_t pictureCount;
static struct channel channels[CHANNELS];
static uint32_t slotOf[CHANNELS];
static uint32_t channelCount;
static int descriptor;
static double ticksPerPicture;
static uint64_t sentPictures, sentPackets, sentBytes, failedPackets, latePictures, longestLateNs;

static uint64_t now(void) {
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return (uint64_t)at.tv_sec * 1000000000ull + (uint64_t)at.tv_nsec;
}

static void fail(const char *why) {
	fprintf(stderr, "sender: %s\n", why);
	exit(1);
}

static uint32_t number(FILE *file) {
	uint32_t value = 0;
	if (fread(&value, sizeof value, 1, file) != 1) return 0;
	return value;
}

static uint32_t placeOf(uint32_t byte) {
	return byte / PAYLOAD * PACKET + HEADER + byte % PAYLOAD;
}

static void readClip(const char *path) {
	FILE *file = fopen(path, "rb");
	if (file == NULL) fail("no clip");
	for (uint32_t bytes; (bytes = number(file)) > 0;) {
		pictures = realloc(pictures, (pictureCount + 1) * sizeof *pictures);
		struct picture *one = &pictures[pictureCount++];
		one->isKey = number(file);
		one->time = number(file);
		one->count = (bytes + PAYLOAD - 1) / PAYLOAD;
		one->packets = calloc(one->count, PACKET);
		one->last = bytes - (one->count - 1) * PAYLOAD;
		for (uint32_t at = 0; at < one->count; at += 1) {
			uint8_t *packet = one->packets + (size_t)at * PACKET;
			size_t length = at + 1 == one->count ? one->last : PAYLOAD;
			packet[0] = 0x80;
			packet[1] = at + 1 == one->count ? 96 | 0x80 : 96;
			if (fread(packet + HEADER, 1, length, file) != length) fail("the clip is cut off");
		}
	}
	fclose(file);
	if (pictureCount == 0) fail("the clip has no picture");
}

/** Of a pack header and of a PES header, as in ISO/IEC 13818-1. */
static void writeTimes(struct picture *one, uint32_t ticks) {
	uint8_t *pack = one->packets + HEADER;
	pack[4] = (uint8_t)(0x44 | ((ticks >> 30 & 1) << 3) | (ticks >> 28 & 3));
	pack[5] = (uint8_t)(ticks >> 20);
	pack[6] = (uint8_t)(0x04 | (ticks >> 12 & 0xf8) | (ticks >> 13 & 0x03));
	pack[7] = (uint8_t)(ticks >> 5);
	pack[8] = (uint8_t)(0x04 | (ticks << 3 & 0xf8));
	uint8_t time[5] = {
		(uint8_t)(0x21 | (ticks >> 30 & 3) << 1), (uint8_t)(ticks >> 22), (uint8_t)((ticks >> 15 & 0x7f) << 1 | 1),
		(uint8_t)(ticks >> 7), (uint8_t)((ticks & 0x7f) << 1 | 1),
	};
	for (uint32_t at = 0; at < 5; at += 1) one->packets[placeOf(one->time + at)] = time[at];
}

static void sendPicture(struct channel *channel) {
	static struct mmsghdr messages[AT_ONCE];
	static struct iovec places[AT_ONCE];
	struct picture *one = &pictures[channel->index];
	uint32_t ticks = (uint32_t)(uint64_t)(channel->sent * ticksPerPicture);
	writeTimes(one, ticks);
	uint32_t ssrc = htonl(channel->ssrc), stamp = htonl(ticks);
	for (uint32_t from = 0; from < one->count; from += AT_ONCE) {
		unsigned wanted = one->count - from < AT_ONCE ? one->count - from : AT_ONCE;
		for (unsigned at = 0; at < wanted; at += 1) {
			uint8_t *packet = one->packets + (size_t)(from + at) * PACKET;
			uint16_t sequence = htons(channel->sequence++);
			memcpy(packet + 2, &sequence, 2);
			memcpy(packet + 4, &stamp, 4);
			memcpy(packet + 8, &ssrc, 4);
			places[at].iov_base = packet;
			places[at].iov_len = HEADER + (from + at + 1 == one->count ? one->last : PAYLOAD);
			sentBytes += places[at].iov_len;
			messages[at].msg_hdr = (struct msghdr){
				.msg_name = &channel->to, .msg_namelen = sizeof channel->to, .msg_iov = &places[at], .msg_iovlen = 1
			};
		}
		for (unsigned done = 0; done < wanted;) {
			int took = sendmmsg(descriptor, messages + done, wanted - done, 0);
			if (took < 0 && errno == EINTR) continue;
			// One that the kernel does not take, such as to a port that was closed, is lost as on a cable.
			if (took <= 0) failedPackets += 1;
			else sentPackets += (unsigned)took;
			done += took <= 0 ? 1 : (unsigned)took;
		}
	}
	channel->sent += 1;
	channel->index = (channel->index + 1) % pictureCount;
	sentPictures += 1;
}

static void obey(char *line) {
	unsigned id = 0, port = 0, ssrc = 0;
	if (strcmp(line, "count") == 0) {
		printf("{\"pictures\":%llu,\"packets\":%llu,\"bytes\":%llu,\"failed\":%llu,\"late\":%llu,\"longestLateMs\":%.1f}\n",
			(unsigned long long)sentPictures, (unsigned long long)sentPackets, (unsigned long long)sentBytes,
			(unsigned long long)failedPackets, (unsigned long long)latePictures, (double)longestLateNs / 1e6);
		fflush(stdout);
		longestLateNs = 0;
	} else if (sscanf(line, "open %u %u %u", &id, &port, &ssrc) == 3 && id < CHANNELS) {
		struct channel *one = &channels[id];
		memset(one, 0, sizeof *one);
		one->to.sin_family = AF_INET;
		one->to.sin_port = htons((uint16_t)port);
		one->to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		one->ssrc = ssrc;
		one->isOpen = 1;
		// Slots that lie far from each other in time, so that any number of channels fills the second evenly.
		slotOf[id] = id * 37u % SLOTS;
		if (id >= channelCount) channelCount = id + 1;
	} else if (sscanf(line, "key %u", &id) == 1 && id < channelCount) {
		struct channel *one = &channels[id];
		for (uint32_t tried = 0; tried < pictureCount && !pictures[one->index].isKey; tried += 1)
			one->index = (one->index + 1) % pictureCount;
	} else if (sscanf(line, "close %u", &id) == 1 && id < channelCount) channels[id].isOpen = 0;
}

static void readCommands(void) {
	static char held[65536];
	static size_t length;
	ssize_t came = read(0, held + length, sizeof held - 1 - length);
	// Whoever started it has ended.
	if (came <= 0) exit(0);
	length += (size_t)came;
	char *from = held;
	for (char *end; (end = memchr(from, '\n', length - (size_t)(from - held))) != NULL; from = end + 1) {
		*end = 0;
		obey(from);
	}
	length -= (size_t)(from - held);
	memmove(held, from, length);
}

int main(int count, char **words) {
	if (count != 3) fail("a clip and pictures per second are needed");
	readClip(words[1]);
	double perSecond = atof(words[2]);
	if (!(perSecond > 0)) fail("no pictures per second");
	ticksPerPicture = 90000 / perSecond;
	descriptor = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&here, sizeof here) < 0) fail("no socket");
	uint64_t slotNs = (uint64_t)(1e9 / perSecond / SLOTS), lateNs = (uint64_t)(1e9 / perSecond), began = now();
	for (uint64_t turn = 0;; turn += 1) {
		uint64_t due = began + turn * slotNs;
		for (uint64_t at = now(); at < due || turn % SLOTS == 0; at = now()) {
			struct pollfd commands = { .fd = 0, .events = POLLIN };
			uint64_t left = at < due ? due - at : 0;
			struct timespec wait = { .tv_sec = (time_t)(left / 1000000000ull), .tv_nsec = (long)(left % 1000000000ull) };
			if (ppoll(&commands, 1, &wait, NULL) > 0) readCommands();
			// One that is behind hears its commands once for all channels.
			if (at >= due) break;
		}
		for (uint32_t id = 0; id < channelCount; id += 1) {
			if (!channels[id].isOpen || slotOf[id] != turn % SLOTS) continue;
			uint64_t at = now();
			if (at > due && at - due > longestLateNs) longestLateNs = at - due;
			if (at > due + lateNs) latePictures += 1;
			sendPicture(&channels[id]);
		}
	}
}
