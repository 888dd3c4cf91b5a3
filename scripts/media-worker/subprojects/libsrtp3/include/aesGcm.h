// AES-GCM of OpenSSL as a cipher of libsrtp 2, whose Debian build uses NSS: that takes twice as long for a packet.
// libsrtp takes other ciphers through srtp_replace_cipher_type, after it has checked them by its own test vectors.
#ifndef MINGCHU_AES_GCM_H
#define MINGCHU_AES_GCM_H

#include <openssl/evp.h>
#include <srtp2/cipher.h>
#include <srtp2/srtp.h>
#include <cstddef>
#include <cstdint>
#include <new>

// Test vectors that libsrtp exports and no header names.
extern "C"
{
	extern const srtp_cipher_test_case_t srtp_aes_gcm_128_test_case_0;
	extern const srtp_cipher_test_case_t srtp_aes_gcm_256_test_case_0;
}

namespace mingchu
{
	/** One key of one stream. */
	struct AesGcm
	{
		static constexpr int SaltLen{ 12 };
		static constexpr int IvLen{ 12 };

		EVP_CIPHER_CTX* context{ nullptr };
		const EVP_CIPHER* algorithm{ nullptr };
		int tagLen{ 0 };
		bool encrypts{ true };

		static AesGcm& From(void* state)
		{
			return *static_cast<AesGcm*>(state);
		}

		template<const srtp_cipher_type_t* Type>
		static srtp_err_status_t Allocate(srtp_cipher_pointer_t* cipher, int keyLen, int tagLen)
		{
			const int aesLen = Type->id == SRTP_AES_GCM_256 ? 32 : 16;

			if (keyLen != aesLen + SaltLen || (tagLen != 8 && tagLen != 16))
			{
				return srtp_err_status_bad_param;
			}

			auto* made  = new (std::nothrow) srtp_cipher_t{};
			auto* state = new (std::nothrow) AesGcm{};

			if (state != nullptr)
			{
				state->context = EVP_CIPHER_CTX_new();
			}

			if (made == nullptr || state == nullptr || state->context == nullptr)
			{
				if (state != nullptr)
				{
					EVP_CIPHER_CTX_free(state->context);
				}

				delete state;
				delete made;

				return srtp_err_status_alloc_fail;
			}

			state->algorithm = aesLen == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
			state->tagLen    = tagLen;
			made->type       = Type;
			made->state      = state;
			made->key_len    = keyLen;
			made->algorithm  = Type->id;
			*cipher          = made;

			return srtp_err_status_ok;
		}

		static srtp_err_status_t Free(srtp_cipher_pointer_t cipher)
		{
			auto* state = static_cast<AesGcm*>(cipher->state);

			// This wipes the key.
			EVP_CIPHER_CTX_free(state->context);
			delete state;
			delete cipher;

			return srtp_err_status_ok;
		}

		static srtp_err_status_t SetKey(void* state, const std::uint8_t* key)
		{
			auto& gcm = From(state);

			EVP_CIPHER_CTX_reset(gcm.context);

			return Done(EVP_EncryptInit_ex(gcm.context, gcm.algorithm, nullptr, key, nullptr), srtp_err_status_init_fail);
		}

		static srtp_err_status_t SetIv(void* state, std::uint8_t* iv, srtp_cipher_direction_t direction)
		{
			auto& gcm = From(state);

			gcm.encrypts = direction == srtp_direction_encrypt;

			return Done(
			  EVP_CipherInit_ex(gcm.context, nullptr, nullptr, nullptr, iv, gcm.encrypts ? 1 : 0),
			  srtp_err_status_init_fail);
		}

		static srtp_err_status_t SetAad(void* state, const std::uint8_t* aad, std::uint32_t len)
		{
			int written{ 0 };

			return Done(
			  EVP_CipherUpdate(From(state).context, nullptr, &written, aad, static_cast<int>(len)),
			  srtp_err_status_algo_fail);
		}

		static srtp_err_status_t Encrypt(void* state, std::uint8_t* buffer, unsigned int* len)
		{
			int written{ 0 };

			return Done(
			  EVP_EncryptUpdate(From(state).context, buffer, &written, buffer, static_cast<int>(*len)),
			  srtp_err_status_cipher_fail);
		}

		/** The tag of what was encrypted. */
		static srtp_err_status_t GetTag(void* state, std::uint8_t* tag, std::uint32_t* len)
		{
			auto& gcm = From(state);
			int written{ 0 };

			// Nothing is left to be written here, a stream cipher keeps nothing back.
			if (
			  EVP_EncryptFinal_ex(gcm.context, tag, &written) != 1 ||
			  EVP_CIPHER_CTX_ctrl(gcm.context, EVP_CTRL_AEAD_GET_TAG, gcm.tagLen, tag) != 1)
			{
				return srtp_err_status_algo_fail;
			}

			*len = static_cast<std::uint32_t>(gcm.tagLen);

			return srtp_err_status_ok;
		}

		/** `len` counts the tag behind the data before, and no longer after. */
		static srtp_err_status_t Decrypt(void* state, std::uint8_t* buffer, unsigned int* len)
		{
			auto& gcm = From(state);

			if (*len < static_cast<unsigned int>(gcm.tagLen))
			{
				return srtp_err_status_bad_param;
			}

			const int dataLen = static_cast<int>(*len) - gcm.tagLen;
			int written{ 0 };

			if (
			  EVP_CIPHER_CTX_ctrl(gcm.context, EVP_CTRL_AEAD_SET_TAG, gcm.tagLen, buffer + dataLen) != 1 ||
			  EVP_DecryptUpdate(gcm.context, buffer, &written, buffer, dataLen) != 1 ||
			  EVP_DecryptFinal_ex(gcm.context, buffer + dataLen, &written) != 1)
			{
				return srtp_err_status_auth_fail;
			}

			*len = static_cast<unsigned int>(dataLen);

			return srtp_err_status_ok;
		}

		static srtp_err_status_t Done(int result, srtp_err_status_t failure)
		{
			return result == 1 ? srtp_err_status_ok : failure;
		}
	};

	extern const srtp_cipher_type_t AesGcm128;
	extern const srtp_cipher_type_t AesGcm256;

	inline const srtp_cipher_type_t AesGcm128{
		AesGcm::Allocate<&AesGcm128>,
		AesGcm::Free,
		AesGcm::SetKey,
		AesGcm::SetAad,
		AesGcm::Encrypt,
		AesGcm::Decrypt,
		AesGcm::SetIv,
		AesGcm::GetTag,
		"AES-128 GCM of OpenSSL",
		&srtp_aes_gcm_128_test_case_0,
		SRTP_AES_GCM_128,
	};

	inline const srtp_cipher_type_t AesGcm256{
		AesGcm::Allocate<&AesGcm256>,
		AesGcm::Free,
		AesGcm::SetKey,
		AesGcm::SetAad,
		AesGcm::Encrypt,
		AesGcm::Decrypt,
		AesGcm::SetIv,
		AesGcm::GetTag,
		"AES-256 GCM of OpenSSL",
		&srtp_aes_gcm_256_test_case_0,
		SRTP_AES_GCM_256,
	};

	/** What libsrtp refuses stays as it was: slower, and right. */
	inline void UseOpensslAesGcm()
	{
		srtp_replace_cipher_type(&AesGcm128, SRTP_AES_GCM_128);
		srtp_replace_cipher_type(&AesGcm256, SRTP_AES_GCM_256);
	}
} // namespace mingchu

#endif
