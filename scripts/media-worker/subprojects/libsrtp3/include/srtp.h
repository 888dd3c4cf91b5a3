// The part of libsrtp 3's interface that the media worker calls, over libsrtp 2.
// libsrtp 3 writes into a buffer of the caller's where libsrtp 2 works in place, and hides its policy behind a pointer.
#ifndef MINGCHU_SRTP3_OVER_SRTP2_H
#define MINGCHU_SRTP3_OVER_SRTP2_H

#include "aesGcm.h"

#include <srtp2/srtp.h>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Two refusals that only libsrtp 3 knows; the numbers are out of reach of libsrtp 2's own.
constexpr srtp_err_status_t srtp_err_status_buffer_small{ static_cast<srtp_err_status_t>(28) };
constexpr srtp_err_status_t srtp_err_status_cryptex_err{ static_cast<srtp_err_status_t>(29) };

namespace mingchu
{
	// A libsrtp 2 policy together with the key bytes it points at.
	struct SrtpPolicy
	{
		::srtp_policy_t inner{};
		std::uint8_t key[SRTP_MAX_KEY_LEN]{};
	};

	// libsrtp 2 finds the stream of a packet by walking a list of all streams, which at a wall's 64 takes longer than the
	// encryption. Streams that are sent are therefore spread by the last bits of their SSRC over several sessions of the
	// same key. That is safe: what must never repeat, a packet index under one key, is of one SSRC (RFC 3711, 9.1).
	struct SrtpSession
	{
		static constexpr std::size_t Spread{ 32 };

		std::array<::srtp_t, Spread> parts{};
		std::size_t count{ 0 };

		// The SSRC stands in network order; its last byte is the fourth.
		::srtp_t PartOf(const std::uint8_t* ssrc) const
		{
			return this->parts[ssrc[3] & (this->count - 1)];
		}
	};

	using SrtpSessionPointer = SrtpSession*;

	inline constexpr std::size_t RtpSsrcOffset{ 8 };
	inline constexpr std::size_t RtcpSsrcOffset{ 4 };

	// Debian's libsrtp derives its keys with NSS, which is loaded for the first user and thrown away with the last: every
	// session of AES-GCM, which uses it for nothing else, took nearly a millisecond for that, and with its 32 parts a new
	// transport stopped all media of the worker for 25 to 60 ms. A session with a cipher of NSS that is never closed keeps it.
	inline srtp_err_status_t KeepNssLoaded()
	{
		static ::srtp_t kept{ nullptr };
		std::uint8_t key[SRTP_MAX_KEY_LEN]{};
		::srtp_policy_t policy{};

		srtp_crypto_policy_set_rtp_default(&policy.rtp);
		srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
		policy.ssrc.type = ssrc_any_outbound;
		policy.key       = key;

		return ::srtp_create(&kept, &policy);
	}

	inline srtp_err_status_t SrtpInit()
	{
		const srtp_err_status_t err = ::srtp_init();

		if (err != srtp_err_status_ok)
		{
			return err;
		}

		UseOpensslAesGcm();

		return KeepNssLoaded();
	}

	// Runs one of libsrtp 2's in-place calls from `in` to `out`; `outLen` holds the room on entry, the length after.
	template<typename Call>
	inline srtp_err_status_t OutOfPlace(
	  Call call, const std::uint8_t* in, std::size_t inLen, std::uint8_t* out, std::size_t* outLen, std::size_t growth)
	{
		// Decryption in place is given the packet's own length as room: its result is never longer.
		if (*outLen < inLen + growth)
		{
			return srtp_err_status_buffer_small;
		}

		if (in != out)
		{
			std::memcpy(out, in, inLen);
		}

		int len                     = static_cast<int>(inLen);
		const srtp_err_status_t err = call(out, &len);

		if (err == srtp_err_status_ok)
		{
			*outLen = static_cast<std::size_t>(len);
		}

		return err;
	}
} // namespace mingchu

inline srtp_err_status_t srtp_policy_create(mingchu::SrtpPolicy** policy)
{
	*policy = new (std::nothrow) mingchu::SrtpPolicy();

	if (*policy == nullptr)
	{
		return srtp_err_status_alloc_fail;
	}

	(*policy)->inner.key = (*policy)->key;

	return srtp_err_status_ok;
}

inline void srtp_policy_destroy(mingchu::SrtpPolicy* policy)
{
	if (policy != nullptr)
	{
		// Key bytes must not linger in freed memory; a plain memset could be optimised away.
		volatile std::uint8_t* byte = policy->key;

		for (std::size_t i{ 0 }; i < sizeof(policy->key); ++i)
		{
			byte[i] = 0;
		}
	}

	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(mingchu::SrtpPolicy* policy, srtp_ssrc_t ssrc)
{
	policy->inner.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(mingchu::SrtpPolicy* policy, srtp_profile_t profile)
{
	const srtp_err_status_t err =
	  srtp_crypto_policy_set_from_profile_for_rtp(&policy->inner.rtp, profile);

	return err != srtp_err_status_ok
	         ? err
	         : srtp_crypto_policy_set_from_profile_for_rtcp(&policy->inner.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  mingchu::SrtpPolicy* policy,
  const std::uint8_t* key,
  std::size_t keyLen,
  const std::uint8_t* salt,
  std::size_t saltLen,
  const std::uint8_t* /*mki*/,
  std::size_t mkiLen)
{
	if (keyLen + saltLen > sizeof(policy->key) || mkiLen != 0)
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(policy->key, key, keyLen);
	std::memcpy(policy->key + keyLen, salt, saltLen);

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(mingchu::SrtpPolicy* policy, bool allow)
{
	policy->inner.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(mingchu::SrtpPolicy* policy, std::size_t size)
{
	policy->inner.window_size = static_cast<unsigned long>(size);

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_dealloc(mingchu::SrtpSession* session)
{
	srtp_err_status_t result{ srtp_err_status_ok };

	for (std::size_t i{ 0 }; i < session->count; ++i)
	{
		const srtp_err_status_t err = ::srtp_dealloc(session->parts[i]);

		if (err != srtp_err_status_ok)
		{
			result = err;
		}
	}

	delete session;

	return result;
}

inline srtp_err_status_t srtp_create(mingchu::SrtpSession** session, mingchu::SrtpPolicy* policy)
{
	auto* created = new (std::nothrow) mingchu::SrtpSession();

	if (created == nullptr)
	{
		return srtp_err_status_alloc_fail;
	}

	const std::size_t wanted =
	  policy->inner.ssrc.type == ssrc_any_outbound ? mingchu::SrtpSession::Spread : 1;

	while (created->count < wanted)
	{
		const srtp_err_status_t err = ::srtp_create(&created->parts[created->count], &policy->inner);

		if (err != srtp_err_status_ok)
		{
			srtp_dealloc(created);

			return err;
		}

		++created->count;
	}

	*session = created;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_protect(
  mingchu::SrtpSession* session,
  const std::uint8_t* rtp,
  std::size_t rtpLen,
  std::uint8_t* srtp,
  std::size_t* srtpLen,
  std::size_t /*mki*/)
{
	if (rtpLen < mingchu::RtpSsrcOffset + 4)
	{
		return srtp_err_status_bad_param;
	}

	return mingchu::OutOfPlace(
	  [part = session->PartOf(rtp + mingchu::RtpSsrcOffset)](void* data, int* len)
	  { return ::srtp_protect(part, data, len); },
	  rtp,
	  rtpLen,
	  srtp,
	  srtpLen,
	  SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_protect_rtcp(
  mingchu::SrtpSession* session,
  const std::uint8_t* rtcp,
  std::size_t rtcpLen,
  std::uint8_t* srtcp,
  std::size_t* srtcpLen,
  std::size_t /*mki*/)
{
	if (rtcpLen < mingchu::RtcpSsrcOffset + 4)
	{
		return srtp_err_status_bad_param;
	}

	// SRTCP adds four bytes of index to what SRTP adds (RFC 3711, 3.4).
	return mingchu::OutOfPlace(
	  [part = session->PartOf(rtcp + mingchu::RtcpSsrcOffset)](void* data, int* len)
	  { return ::srtp_protect_rtcp(part, data, len); },
	  rtcp,
	  rtcpLen,
	  srtcp,
	  srtcpLen,
	  SRTP_MAX_TRAILER_LEN + 4);
}

// What is received is of few streams and stays in one session.
inline srtp_err_status_t srtp_unprotect(
  mingchu::SrtpSession* session,
  const std::uint8_t* srtp,
  std::size_t srtpLen,
  std::uint8_t* rtp,
  std::size_t* rtpLen)
{
	return mingchu::OutOfPlace(
	  [part = session->parts[0]](void* data, int* len) { return ::srtp_unprotect(part, data, len); },
	  srtp,
	  srtpLen,
	  rtp,
	  rtpLen,
	  0);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  mingchu::SrtpSession* session,
  const std::uint8_t* srtcp,
  std::size_t srtcpLen,
  std::uint8_t* rtcp,
  std::size_t* rtcpLen)
{
	return mingchu::OutOfPlace(
	  [part = session->parts[0]](void* data, int* len) { return ::srtp_unprotect_rtcp(part, data, len); },
	  srtcp,
	  srtcpLen,
	  rtcp,
	  rtcpLen,
	  0);
}

// libsrtp 2 takes the number in network order too (its own callers pass htonl(ssrc)).
inline srtp_err_status_t srtp_stream_remove(mingchu::SrtpSession* session, std::uint32_t ssrc)
{
	std::uint8_t bytes[4];

	std::memcpy(bytes, &ssrc, sizeof(bytes));

	return srtp_remove_stream(session->PartOf(bytes), ssrc);
}

// The worker names the opaque policy `srtp_policy_t` and starts it as a null pointer, and keeps its sessions as `srtp_t`;
// libsrtp 2's own types of these names are complete at this point, so the names can be taken over for everything that
// includes this header.
#define srtp_policy_t mingchu::SrtpPolicy*
#define srtp_t mingchu::SrtpSessionPointer
#define srtp_init mingchu::SrtpInit

#endif
