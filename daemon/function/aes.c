/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_encrypt, aes_decrypt, try_aes_decrypt: AES in the modes ECB, CBC (both padded by PKCS #7) and GCM.
 *
 *     ECB   text in blocks                        GCM   IV (12 bytes), text, tag (16 bytes)
 *     CBC   IV (16 bytes), text in blocks
 *
 * The key's size, 16, 24 or 32 bytes, says which AES. Without an IV a random one is taken: from libcrypto, as two
 * messages under one IV would give GCM's key away. Failures are told in the words of Java's cipher.
 */
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <strings.h>

#include "function/string_kernel.h"

enum { BLOCK_BYTES = 16, TAG_BYTES = 16 };
enum mode { MODE_ECB, MODE_CBC, MODE_GCM };

static const struct {
    const char *name, *padding;
    int iv_bytes;
} modes[] = {[MODE_ECB] = {"ECB", "PKCS", 0}, [MODE_CBC] = {"CBC", "PKCS", 16}, [MODE_GCM] = {"GCM", "NONE", 12}};

struct job {
    EVP_CIPHER_CTX *cipher;
    enum mode mode;
    bool encrypt;
    struct string key, iv, aad;
    struct error *err;
};

/* --- what is refused --- */

#define BOTH_FUNCTIONS "`aes_encrypt`/`aes_decrypt`"

static bool crypto_error(struct job *job, const char *detail) {
    return error_set(job->err, "INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR", "parameter", "`expr`, `key`", "functionName",
                     BOTH_FUNCTIONS, "detailMessage", detail, NULL);
}

static bool wrong_length(struct job *job, const char *condition, const char *parameter, uint32_t size) {
    error_set(job->err, condition, "parameter", parameter, "functionName", BOTH_FUNCTIONS, NULL);
    return error_add(job->err, "actualLength", "%u", size);
}

static bool mode_refuses(struct job *job, const char *condition) {
    return error_set(job->err, condition, "mode", modes[job->mode].name, "functionName", "`aes_encrypt`", NULL);
}

static bool is_word(struct string s, const char *word) {
    return s.size == strlen(word) && strncasecmp(s.data, word, s.size) == 0;
}

static bool find_mode(struct job *job, struct string mode, struct string padding) {
    for (enum mode m = MODE_ECB; m <= MODE_GCM; m++)
        if (is_word(mode, modes[m].name) && (is_word(padding, modes[m].padding) || is_word(padding, "DEFAULT"))) {
            job->mode = m;
            return true;
        }
    error_set(job->err, "UNSUPPORTED_FEATURE.AES_MODE", "functionName", BOTH_FUNCTIONS, NULL);
    error_add(job->err, "mode", "%.*s", (int)mode.size, mode.data);
    return error_add(job->err, "padding", "%.*s", (int)padding.size, padding.data);
}

static bool check(struct job *job, struct string mode, struct string padding) {
    if (job->key.size != 16 && job->key.size != 24 && job->key.size != 32)
        return wrong_length(job, "INVALID_PARAMETER_VALUE.AES_KEY_LENGTH", "`key`", job->key.size);
    TRY(find_mode(job, mode, padding));
    if (job->iv.size && job->mode == MODE_ECB) return mode_refuses(job, "UNSUPPORTED_FEATURE.AES_MODE_IV");
    if (job->iv.size && job->iv.size != (uint32_t)modes[job->mode].iv_bytes) {
        wrong_length(job, "INVALID_PARAMETER_VALUE.AES_IV_LENGTH", "`iv`", job->iv.size);
        return error_add(job->err, "mode", "%s", modes[job->mode].name);
    }
    if (job->encrypt && job->aad.size && job->mode != MODE_GCM)
        return mode_refuses(job, "UNSUPPORTED_FEATURE.AES_MODE_AAD");
    return true;
}

/* --- the cipher --- */

static bool begin(struct job *job, const uint8_t *iv) {
    static const EVP_CIPHER *(*const ciphers[][3])(void) = {
        [MODE_ECB] = {EVP_aes_128_ecb, EVP_aes_192_ecb, EVP_aes_256_ecb},
        [MODE_CBC] = {EVP_aes_128_cbc, EVP_aes_192_cbc, EVP_aes_256_cbc},
        [MODE_GCM] = {EVP_aes_128_gcm, EVP_aes_192_gcm, EVP_aes_256_gcm},
    };
    int unused;
    bool fine = EVP_CipherInit_ex(job->cipher, ciphers[job->mode][job->key.size / 8 - 2](), NULL,
                                  (const uint8_t *)job->key.data, iv, job->encrypt);
    if (fine && job->mode == MODE_GCM && job->aad.size)
        fine = EVP_CipherUpdate(job->cipher, NULL, &unused, (const uint8_t *)job->aad.data, (int)job->aad.size);
    return fine || error_internal(job->err, "libcrypto refuses a cipher");
}

static bool encrypt(struct job *job, struct arena *arena, struct string text, struct string *out) {
    int iv_bytes = modes[job->mode].iv_bytes, size = 0, more = 0;
    uint8_t *bytes = arena_bytes(arena, (size_t)iv_bytes + text.size + BLOCK_BYTES + TAG_BYTES), *to = bytes + iv_bytes;
    if (job->iv.size)
        memcpy(bytes, job->iv.data, job->iv.size);
    else if (iv_bytes && RAND_bytes(bytes, iv_bytes) != 1)
        return error_internal(job->err, "libcrypto has no random bytes");
    TRY(begin(job, bytes));
    bool fine = (!text.size || EVP_CipherUpdate(job->cipher, to, &size, (const uint8_t *)text.data, (int)text.size)) &&
                EVP_CipherFinal_ex(job->cipher, to + size, &more);
    size += more;
    if (fine && job->mode == MODE_GCM) {
        fine = EVP_CIPHER_CTX_ctrl(job->cipher, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, to + size);
        size += TAG_BYTES;
    }
    *out = string_make((char *)bytes, (size_t)(iv_bytes + size));
    return fine || error_internal(job->err, "libcrypto refuses to encrypt");
}

static bool decrypt(struct job *job, struct arena *arena, struct string text, struct string *out) {
    uint32_t iv_bytes = (uint32_t)modes[job->mode].iv_bytes;
    bool is_gcm = job->mode == MODE_GCM;
    if (text.size < iv_bytes)
        return crypto_error(
            job, is_gcm ? "Invalid buffer arguments" : "IV buffer too short for given offset/length combination");
    const uint8_t *iv = (const uint8_t *)text.data, *from = iv + iv_bytes;
    uint32_t left = text.size - iv_bytes;
    if (is_gcm && left < TAG_BYTES)
        return crypto_error(job, "Input data too short to contain an expected tag length of 16bytes");
    if (!is_gcm && left % BLOCK_BYTES)
        return crypto_error(job, "Input length must be multiple of 16 when decrypting with padded cipher");
    *out = string_make("", 0);
    if (!left) return true;
    if (is_gcm) left -= TAG_BYTES;
    TRY(begin(job, iv));
    uint8_t *to = arena_bytes(arena, (size_t)left + BLOCK_BYTES);
    int size = 0, more = 0;
    if (is_gcm) EVP_CIPHER_CTX_ctrl(job->cipher, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, (void *)(uintptr_t)(from + left));
    if ((left && !EVP_CipherUpdate(job->cipher, to, &size, from, (int)left)) ||
        !EVP_CipherFinal_ex(job->cipher, to + size, &more))
        return crypto_error(job, is_gcm ? "Tag mismatch!"
                                        : "Given final block not properly padded. Such issues can arise if a bad key "
                                          "is used during decryption.");
    *out = string_make((char *)to, (size_t)(size + more));
    return true;
}

static void release_cipher(void *cipher) {
    EVP_CIPHER_CTX_free(cipher);
}

/* expr, key, mode, padding, then iv and aad (encrypt) or aad (decrypt). */
static bool run(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out, bool to_encrypt,
                struct error *err) {
    struct view views[6];
    bool is_try = call->expr->call.function->flags & FUNCTION_TRY;
    for (uint32_t a = 0; a < call->expr->child_count; a++) views[a] = vector_view(call->arena, &arguments[a], rows);
    struct job job = {.cipher = EVP_CIPHER_CTX_new(), .encrypt = to_encrypt, .err = err};
    if (!job.cipher) return error_internal(err, "libcrypto has no memory for a cipher");
    arena_defer(call->arena, release_cipher, job.cipher);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        job.key = string_at(&views[1], i);
        job.iv = to_encrypt ? string_at(&views[4], i) : (struct string){0};
        job.aad = string_at(&views[to_encrypt ? 5 : 4], i);
        bool fine = check(&job, string_at(&views[2], i), string_at(&views[3], i)) &&
                    (to_encrypt ? encrypt : decrypt)(&job, call->arena, string_at(&views[0], i),
                                                     &VECTOR_DATA(out, struct string)[i]);
        if (fine) continue;
        if (!is_try) return error_at(err, call->expr->origin);
        error_reset(err);
        vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

static bool encrypt_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    return run(call, arguments, rows, out, true, err);
}

static bool decrypt_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    return run(call, arguments, rows, out, false, err);
}

/* Arguments that are not given stand in the name. */
static struct expr *resolve_defaults(struct resolver *r, struct expr *call, struct error *err) {
    static const char *const defaults[] = {"GCM", "DEFAULT", "", ""};
    static const char *const words[] = {"BINARY", "BINARY", "STRING", "STRING", "BINARY", "BINARY"};
    uint32_t wanted = call->call.function->name[4] == 'e' ? 6 : 5;
    call->children = arena_grow(r->arena, call->children, call->child_count * sizeof *call->children,
                                wanted * sizeof *call->children);
    for (; call->child_count < wanted; call->child_count++) {
        const char *text = defaults[call->child_count - 2];
        call->children[call->child_count] = expr_string(r->arena, text, strlen(text));
    }
    for (uint32_t i = 0; i < wanted; i++) {
        struct expr *e = call->children[i];
        const struct type *t = coerce_implicit(r, e, words[i]);
        if (!t)
            return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(i),
                                    "requiredType", arena_printf(r->arena, "\"%s\"", words[i]), "inputSql",
                                    quoted_expr(r->arena, e), "inputType", quoted_type(r->arena, e->type), NULL);
        call->children[i] = coerce_to(r, e, t);
    }
    return call;
}

#define AES(NAME, SIGNATURE, FLAGS, KERNEL, USAGE, EXAMPLE, SINCE)                                                     \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | FUNCTION_NULLABLE | (FLAGS),                \
        .signature = SIGNATURE, .resolve = resolve_defaults, .kernel = KERNEL, .group = "misc_funcs", .usage = USAGE,  \
        .example = EXAMPLE, .since = SINCE                                                                             \
    }
#define KEY "'0000111122223333', 'ECB')"

const struct function aes_functions[] = {
    AES("aes_encrypt", "(ANY, ANY [, ANY] [, ANY] [, ANY] [, ANY]) BINARY", FUNCTION_NO_FOLD, encrypt_kernel,
        "aes_encrypt(expr, key[, mode[, padding[, iv[, aad]]]]) - expr encrypted by AES.",
        "hex(aes_encrypt('Spark', " KEY ") => 348FF37EBDE05B7880BA339068FBDA5E", "3.3.0"),
    AES("aes_decrypt", "(ANY, ANY [, ANY] [, ANY] [, ANY]) BINARY", 0, decrypt_kernel,
        "aes_decrypt(expr, key[, mode[, padding[, aad]]]) - what aes_encrypt has encrypted.",
        "cast(aes_decrypt(X'348FF37EBDE05B7880BA339068FBDA5E', " KEY " as string) => Spark", "3.3.0"),
    AES("try_aes_decrypt", "(ANY, ANY [, ANY] [, ANY] [, ANY]) BINARY", FUNCTION_TRY, decrypt_kernel,
        "try_aes_decrypt(expr, key[, mode[, padding[, aad]]]) - aes_decrypt; NULL where that fails.",
        "try_aes_decrypt(X'00', " KEY " => NULL", "3.5.0"),
    {0},
};
