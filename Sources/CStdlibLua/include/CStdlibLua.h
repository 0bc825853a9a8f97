#ifndef CSTDLIBLUA_H
#define CSTDLIBLUA_H
#include <stddef.h>

/// One Lua module for authors of strategies, embedded when the program was built.
typedef struct {
    /// The name `require` finds it by; ends with a zero byte.
    const char *name;
    /// Its source, UTF-8, without a zero at the end.
    const unsigned char *bytes;
    size_t count;
} ah_stdlib_module;

/// How many modules there are.
size_t ah_stdlib_count(void);

/// The module at `index`, 0 up to `ah_stdlib_count()`; valid for ever. Null outside that range.
const ah_stdlib_module *ah_stdlib_at(size_t index);

#endif
