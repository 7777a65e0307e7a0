/* Tells memcheck what is secret. Preloaded into the program, it stands between it and the C library:
 * sixteen bytes read at once are a salt, and secret from then on; a single byte written is the outcome, and public. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
#include <valgrind/memcheck.h>

ssize_t read(int file, void *buffer, size_t count) {
    ssize_t (*real)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
    ssize_t got = real(file, buffer, count);
    if (count == 16 && got == 16) {
        VALGRIND_MAKE_MEM_UNDEFINED(buffer, 16);
    }
    return got;
}

ssize_t write(int file, const void *buffer, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    if (count == 1) {
        VALGRIND_MAKE_MEM_DEFINED(buffer, 1);
    }
    return real(file, buffer, count);
}
