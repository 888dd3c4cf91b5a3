// The part of libsrtp 3's interface that the media worker calls, over libsrtp 2.
// libsrtp 3 writes into a buffer of the caller's where libsrtp 2 works in place, and hides its policy behind a pointer.
#ifndef MINGCHU_SRTP3_OVER_SRTP2_H
#define MINGCHU_SRTP3_OVER_SRTP2_H

#include <srtp2/srtp.h>
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

inline srtp_err_status_t srtp_create(srtp_t* session, mingchu::SrtpPolicy* policy)
{
	return srtp_create(session, &policy->inner);
}

inline srtp_err_status_t srtp_protect(
  srtp_t ctx, const std::uint8_t* rtp, std::size_t rtpLen, std::uint8_t* srtp, std::size_t* srtpLen, std::size_t /*mki*/)
{
	return mingchu::OutOfPlace(
	  [ctx](void* data, int* len) { return srtp_protect(ctx, data, len); },
	  rtp,
	  rtpLen,
	  srtp,
	  srtpLen,
	  SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t ctx, const std::uint8_t* rtcp, std::size_t rtcpLen, std::uint8_t* srtcp, std::size_t* srtcpLen, std::size_t /*mki*/)
{
	// SRTCP adds four bytes of index to what SRTP adds (RFC 3711, 3.4).
	return mingchu::OutOfPlace(
	  [ctx](void* data, int* len) { return srtp_protect_rtcp(ctx, data, len); },
	  rtcp,
	  rtcpLen,
	  srtcp,
	  srtcpLen,
	  SRTP_MAX_TRAILER_LEN + 4);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t ctx, const std::uint8_t* srtp, std::size_t srtpLen, std::uint8_t* rtp, std::size_t* rtpLen)
{
	return mingchu::OutOfPlace(
	  [ctx](void* data, int* len) { return srtp_unprotect(ctx, data, len); }, srtp, srtpLen, rtp, rtpLen, 0);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t ctx, const std::uint8_t* srtcp, std::size_t srtcpLen, std::uint8_t* rtcp, std::size_t* rtcpLen)
{
	return mingchu::OutOfPlace(
	  [ctx](void* data, int* len) { return srtp_unprotect_rtcp(ctx, data, len); },
	  srtcp,
	  srtcpLen,
	  rtcp,
	  rtcpLen,
	  0);
}

// libsrtp 2 takes the number in network order too (its own callers pass htonl(ssrc)).
inline srtp_err_status_t srtp_stream_remove(srtp_t session, std::uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

// The worker names the opaque policy `srtp_policy_t` and starts it as a null pointer; libsrtp 2's own type of that name
// is complete at this point, so the name can be taken over for everything that includes this header.
#define srtp_policy_t mingchu::SrtpPolicy*

#endif
